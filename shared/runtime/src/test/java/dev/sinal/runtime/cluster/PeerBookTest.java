package dev.sinal.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerBookTest {
    private static final Peer A = new Peer("a", "store", "1", 1);
    private static final Peer B = new Peer("b", "ingest", "1", 1);
    private static final Peer C = new Peer("c", "front", "1", 1);

    private final PeerBook book = new PeerBook(new PeerBook.Limits(Duration.ofSeconds(10), 3, Duration.ofSeconds(60)));

    @Test
    void aPeerIsAwaitedUntilItsFirstAnswerOrThePatienceEnds() {
        book.listed(List.of(A, B), s(0));
        assertThat(book.awaited(s(1))).containsExactly("store", "ingest");

        book.answered("a");

        assertThat(book.awaited(s(9))).containsExactly("ingest");
        assertThat(book.awaited(s(10))).isEmpty();
    }

    @Test
    void everyThirdFailureInARowAsksForHealing() {
        book.listed(List.of(A), s(0));
        book.answered("a");

        assertThat(book.failed("a", s(1))).isFalse();
        assertThat(book.failed("a", s(2))).isFalse();
        book.answered("a");
        assertThat(book.failed("a", s(3))).isFalse();
        assertThat(book.failed("a", s(4))).isFalse();
        assertThat(book.failing()).isZero();
        assertThat(book.failed("a", s(5))).isTrue();
        assertThat(book.failing()).isEqualTo(1);
        assertThat(book.remarks(s(13))).containsExactly("store does not answer on the bus for 10 s");
        assertThat(book.failed("a", s(13))).isFalse();
    }

    @Test
    void theSilenceOfAPeerThatStartsDoesNotCount() {
        book.listed(List.of(A), s(0));

        for (int second = 1; second < 10; second++) {
            assertThat(book.failed("a", s(second))).isFalse();
        }
        assertThat(book.failing()).isZero();
        assertThat(book.failed("a", s(10))).isFalse();
        assertThat(book.failed("a", s(11))).isFalse();
        assertThat(book.failed("a", s(12))).isTrue();
    }

    @Test
    void aPeerThatLeftIsForgotten() {
        book.listed(List.of(A), s(0));
        book.failed("a", s(11));

        book.listed(List.of(), s(12));

        assertThat(book.failed("a", s(13))).isFalse();
        assertThat(book.lost(s(100))).isFalse();
    }

    @Test
    void aNodeIsLostWhenMoreThanHalfOfItsPeersAreSilentForLong() {
        book.listed(List.of(A, B, C), s(0));
        book.failed("a", s(10));
        book.failed("b", s(11));
        book.answered("c");

        assertThat(book.lost(s(70))).isFalse();
        assertThat(book.lost(s(71))).isTrue();
        book.answered("b");
        assertThat(book.lost(s(200))).isFalse();
    }

    @Test
    void aNodeAloneIsNotLost() {
        book.listed(List.of(), s(0));

        assertThat(book.lost(s(1_000))).isFalse();
    }

    private static long s(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
