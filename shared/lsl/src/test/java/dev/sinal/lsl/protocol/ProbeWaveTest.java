package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeWaveTest {
    private static final int ID = 4711;

    /** The request as the other side reads it. */
    private static TimeProbe.Request ask(ProbeWave wave, double now) {
        return TimeProbe.Request.decode(wave.ask(now).encode());
    }

    private static TimeProbe.Reply answer(TimeProbe.Request request, double received, double answered) {
        return TimeProbe.Reply.decode(new TimeProbe.Reply(request.wave(), request.sent(), received, answered).encode());
    }

    @Test
    void sixRepliesAreEnoughAndTheQuickestCounts() {
        ProbeWave wave = new ProbeWave(ID, 8);
        for (int i = 0; i < 5; i++) {
            TimeProbe.Request request = ask(wave, 10 + i);
            wave.reply(answer(request, 110.5 + i, 110.5 + i), 11.0 + i);
        }
        assertThat(wave.best(6)).isEmpty();
        TimeProbe.Request quick = ask(wave, 20);
        wave.reply(answer(quick, 120.001, 125.001), 25.002);

        assertThat(wave.best(6)).hasValueSatisfying(best -> {
            assertThat(best.correction()).isEqualTo(-100.0, within(1e-9));
            assertThat(best.rtt()).isEqualTo(0.002, within(1e-9));
            assertThat(best.measuredAt()).isEqualTo(25.002);
        });
    }

    @Test
    void duplicatesCountOnce() {
        ProbeWave wave = new ProbeWave(ID, 8);
        TimeProbe.Request request = ask(wave, 10);

        assertThat(wave.reply(answer(request, 50, 50), 10.1)).isTrue();
        assertThat(wave.reply(answer(request, 50, 50), 10.2)).isFalse();

        assertThat(wave.replies()).isEqualTo(1);
    }

    @Test
    void whatWasNotAskedForDoesNotCount() {
        ProbeWave wave = new ProbeWave(ID, 8);
        ask(wave, 10);

        assertThat(wave.reply(new TimeProbe.Reply(ID + 1, 10, 50, 50), 10.1)).isFalse();
        assertThat(wave.reply(new TimeProbe.Reply(ID, 10.064, 50, 50), 10.1)).isFalse();
        assertThat(wave.reply(new TimeProbe.Reply(ID, 10, 50, 60), 10.1))
                .as("a round trip of less than nothing would always win")
                .isFalse();
        assertThat(wave.reply(new TimeProbe.Reply(ID, 10, 50, 49), 10.1))
                .as("answered before it was received")
                .isFalse();
        assertThat(wave.best(1)).isEmpty();
    }

    /** After months of uptime 16 digits are no longer nanoseconds. */
    @ParameterizedTest
    @ValueSource(
            doubles = {0.000000001, 1423.768802112, 9_999_999.123456789, 123_456_789.123456789, 1.7e9 + 0.123456789})
    void repliesAreRecognizedWithTheDigitsThatTravel(double now) {
        ProbeWave wave = new ProbeWave(ID, 8);

        assertThat(wave.reply(answer(ask(wave, now), 3, 3), now + 0.001)).isTrue();
        assertThat(wave.best(1))
                .hasValueSatisfying(best -> assertThat(best.rtt()).isEqualTo(0.001, within(1e-6)));
    }

    @RepeatedTest(20)
    void timesOfAClockKeepTheirNanoseconds(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 2_000; i++) {
            long nanos = random.nextLong(1L << random.nextInt(1, 54));
            double clock = nanos / 1_000_000_000L + (nanos % 1_000_000_000L) / 1e9;
            double any = random.nextDouble() * 1e7;

            assertThat(Double.parseDouble(TimeProbe.time(any))).isEqualTo(any, within(any * 5e-16));
            assertThat(Double.parseDouble(TimeProbe.time(clock))).isEqualTo(clock, within(clock * 5e-16 + 1e-300));
        }
    }

    /** Whatever the delays, the truth is within half the round trip. */
    @RepeatedTest(50)
    void theErrorIsAtMostHalfTheRoundTrip(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        double ahead = random.nextInt(2_000) - 1_000 + random.nextDouble();
        double drift = (random.nextDouble() - 0.5) * 200e-6;
        ProbeWave wave = new ProbeWave(ID, 8);
        List<Runnable> replies = new ArrayList<>();
        double truth = -ahead;
        for (int i = 0; i < 8; i++) {
            double t0 = 5_000 + i * 0.064;
            TimeProbe.Request request = ask(wave, t0);
            double there = t0 + random.nextDouble() * 0.05;
            double busy = random.nextDouble() * 0.01;
            double back = there + busy + random.nextDouble() * 0.05;
            if (random.nextInt(5) > 0 || i < 2) {
                double t1 = there + ahead + drift * (there - 5_000);
                double t2 = there + busy + ahead + drift * (there + busy - 5_000);
                replies.add(() -> wave.reply(answer(request, t1, t2), back));
            }
        }
        List<Runnable> twice = new ArrayList<>(replies);
        twice.addAll(replies);
        Collections.shuffle(twice, random);

        twice.forEach(Runnable::run);

        assertThat(wave.replies()).isEqualTo(replies.size());
        assertThat(wave.best(2)).hasValueSatisfying(best -> {
            assertThat(best.rtt()).isPositive();
            assertThat(Math.abs(best.correction() - truth))
                    .isLessThanOrEqualTo(best.rtt() / 2 + Math.abs(drift) * 0.6 + 1e-9);
        });
    }
}
