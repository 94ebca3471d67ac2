package dev.sinal.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class KnownStreamsTest {
    private final AtomicLong now = new AtomicLong();
    private final KnownStreams known = new KnownStreams(now::get);

    @Test
    void theyAreKnownForASecond() {
        List<StreamDescriptor> streams = List.of(stream("a", 1));
        known.put("agent", streams);

        now.addAndGet(KnownStreams.LIFE.toNanos() - 1);
        assertThat(known.of("agent")).isEqualTo(streams);
        assertThat(known.of("another")).isNull();

        now.addAndGet(2);
        assertThat(known.of("agent")).isNull();
    }

    @Test
    void anAgentWithoutStreamsIsNotKnown() {
        known.put("agent", List.of());

        assertThat(known.of("agent")).isNull();
    }

    @Test
    void allOfThemTogetherAreBoundedByTheirChannels() {
        for (int i = 0; i < 50; i++) {
            known.put("agent" + i, List.of(stream("s" + i, 10_000)));
        }

        assertThat(known.size()).isBetween(1L, KnownStreams.MOST_CHANNELS / 10_000L);
    }

    private static StreamDescriptor stream(String id, int channels) {
        return new StreamDescriptor(
                id,
                "agent",
                id,
                id,
                "",
                "",
                "",
                "",
                "",
                "",
                0,
                null,
                Collections.nCopies(channels, ChannelDescriptor.plain("a")));
    }
}
