package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChannelSpec;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.StreamInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelPlanTest {
    private static final StreamInfo FOUR = StreamInfo.builder("n", "EEG", 4, 100, ChannelFormat.FLOAT32, "s")
            .channel("Cz", "microvolts", "EEG")
            .channel("", "", "")
            .channel("Cz", "", "EEG")
            .build();

    @Test
    void unlabelledChannelsAreNumberedAndDuplicatesToldApart() {
        ChannelPlan plan = ChannelPlan.of(FOUR, spec());

        assertThat(plan.channels()).extracting(ChannelDescriptor::metric).containsExactly("Cz", "ch2", "Cz_2", "ch4");
        assertThat(plan.channels()).extracting(ChannelDescriptor::unit).containsExactly("microvolts", "", "", "");
        assertThat(plan.channels().get(0).unitSource()).isEqualTo("stream");
        assertThat(plan.channels().get(1).unitSource()).isEqualTo("unknown");
    }

    @Test
    void selectedChannelsComeInTheOrderOfTheSpecWithTheirNewNames() {
        ChannelPlan plan = ChannelPlan.of(
                FOUR,
                spec(
                        new ChannelSpec("ch4", "trigger", null, null, null, 1.0),
                        new ChannelSpec("Cz", null, "V", 0.5, 1.0, null)));

        assertThat(plan.columns()).containsExactly(3, 0);
        assertThat(plan.channels()).extracting(ChannelDescriptor::metric).containsExactly("trigger", "Cz");
        assertThat(plan.channels().get(1).unit()).isEqualTo("V");
        assertThat(plan.channels().get(1).unitSource()).isEqualTo("spec");
        assertThat(plan.channels().get(1).apply(5)).isEqualTo(3.5);
        assertThat(plan.steps()).containsExactly(1.0, 0.0);
    }

    @Test
    void aChannelThatIsNotThereIsNamed() {
        ChannelPlan plan = ChannelPlan.of(
                FOUR,
                spec(
                        new ChannelSpec("Oz", null, null, null, null, null),
                        new ChannelSpec("Cz", null, null, null, null, null)));

        assertThat(plan.missing()).containsExactly("Oz");
        assertThat(plan.columns()).containsExactly(0);
    }

    private static StreamSpec spec(ChannelSpec... channels) {
        return new StreamSpec("q", null, null, null, null, List.of(channels), null, null);
    }
}
