package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.SuspectStamps.Kind;
import org.junit.jupiter.api.Test;

class StampRemarksTest {
    private final StampRemarks remarks = new StampRemarks();

    private void add(Kind kind, double at) {
        remarks.add(new SuspectStamps(kind, 1, 0, kind.name()), at);
    }

    @Test
    void whatLastsIsSaidAndWhatIsOverIsNot() {
        add(Kind.UNIX_TIME, 0);
        add(Kind.BACKWARDS, 10);

        assertThat(remarks.text(70)).isEqualTo("UNIX_TIME; BACKWARDS");
        assertThat(remarks.text(131)).isEqualTo("UNIX_TIME");
    }

    @Test
    void anotherConnectionBeginsWithoutRemarks() {
        add(Kind.ABSURD, 0);

        remarks.clear();

        assertThat(remarks.text(1)).isEmpty();
    }
}
