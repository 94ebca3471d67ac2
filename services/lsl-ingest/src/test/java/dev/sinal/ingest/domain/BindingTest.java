package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.StreamInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindingTest {
    @Test
    void theOnlyCandidateIsTaken() {
        StreamInfo a = stream("a", "src-a", "u1");

        assertThat(Binding.choose(false, List.of(a), List.of()).take()).containsExactly(a);
    }

    @Test
    void ofTwoNoneIsTakenAndBothAreNamed() {
        Binding binding =
                Binding.choose(false, List.of(stream("a", "src-a", "u1"), stream("b", "src-b", "u2")), List.of());

        assertThat(binding.take()).isEmpty();
        assertThat(binding.ambiguous()).containsExactly("a (src-a) @host", "b (src-b) @host");
    }

    @Test
    void twoLiveOutletsOfOneIdentityAreNeverMerged() {
        Binding binding = Binding.choose(false, List.of(stream("a", "src", "u1"), stream("a", "src", "u2")), List.of());

        assertThat(binding.take()).isEmpty();
        assertThat(binding.ambiguous()).hasSize(2);
    }

    @Test
    void whatIsBoundStaysBoundWhateverElseAppears() {
        StreamInfo a = stream("a", "src-a", "u1");
        StreamInfo restarted = stream("a", "src-a", "u9");

        Binding binding = Binding.choose(false, List.of(stream("b", "src-b", "u2"), restarted), List.of(a));

        assertThat(binding.take()).isEmpty();
        assertThat(binding.ambiguous()).isEmpty();
    }

    @Test
    void allTakesWhatIsNewAndClear() {
        StreamInfo a = stream("a", "src-a", "u1");
        StreamInfo b = stream("b", "src-b", "u2");

        Binding binding =
                Binding.choose(true, List.of(a, b, stream("c", "c", "u3"), stream("c", "c", "u4")), List.of(a));

        assertThat(binding.take()).containsExactly(b);
        assertThat(binding.ambiguous()).hasSize(2);
    }

    private static StreamInfo stream(String name, String source, String uid) {
        return StreamInfo.builder(name, "EEG", 1, 100, ChannelFormat.FLOAT32, source)
                .build()
                .served(uid, "host", "default", 1, 1, 1);
    }
}
