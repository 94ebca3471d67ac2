package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AimdWindowTest {
    private final AimdWindow window = new AimdWindow(8);

    @Test
    void itBeginsAtTheMostAndNeverExceedsIt() {
        window.acknowledged(100);

        assertThat(window.chunks()).isEqualTo(8);
        assertThat(window.share()).isEqualTo(1);
    }

    @Test
    void troubleHalvesItDownToOne() {
        window.congested();
        assertThat(window.chunks()).isEqualTo(4);
        window.congested();
        window.congested();
        window.congested();
        assertThat(window.chunks()).isEqualTo(1);
    }

    @Test
    void aFullWindowAcknowledgedMakesItOneLarger() {
        window.congested();

        for (int i = 0; i < 4; i++) {
            window.acknowledged(1);
        }
        assertThat(window.chunks()).isEqualTo(4);
        window.acknowledged(1);
        assertThat(window.chunks()).isEqualTo(5);
    }
}
