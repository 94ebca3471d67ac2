package dev.sinal.lsl.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PostProcessorTest {
    private static final Duration HALFTIME = Duration.ofSeconds(2);

    private static double[] jittery(Random random, double start, double rate, int samples) {
        double[] stamps = new double[samples];
        for (int i = 0; i < samples; i++) {
            stamps[i] = start + i / rate + random.nextGaussian() * 0.3 / rate;
        }
        return stamps;
    }

    private static double[] processed(PostProcessor post, double[] raw) {
        double[] stamps = raw.clone();
        post.process(stamps, 0, stamps.length);
        return stamps;
    }

    @RepeatedTest(20)
    void whatIsMonotonizedNeverGoesBack(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        double[] raw = jittery(random, 100 + random.nextInt(100_000), 10 + random.nextInt(2_000), 5_000);
        for (int i = 0; i < 50; i++) {
            raw[random.nextInt(raw.length)] -= random.nextDouble() * 3;
        }

        double[] stamps = processed(new PostProcessor(PostProcessing.ofFlags(4), 0, HALFTIME), raw);
        double[] smooth = processed(new PostProcessor(PostProcessing.ofFlags(6), 250, HALFTIME), raw);

        assertThat(stamps).isSorted();
        assertThat(smooth).isSorted();
        assertThat(stamps[0]).isEqualTo(raw[0]);
        for (int i = 0; i < raw.length; i++) {
            assertThat(stamps[i]).isGreaterThanOrEqualTo(raw[i]);
        }
    }

    /** Whole seconds only move the base, so that nothing but the last addition is rounded differently. */
    @RepeatedTest(20)
    void laterStampsAreSmoothedTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        double rate = 10 + random.nextInt(1_000);
        double[] raw = jittery(random, 1_000, rate, 3_000);
        for (int i = 0; i < raw.length; i++) {
            raw[i] = Math.rint(raw[i] * (1 << 20)) / (1 << 20); // so that shifting is exact
        }
        double shift = 1 + random.nextInt(1_000_000);
        double[] later = Arrays.stream(raw).map(stamp -> stamp + shift).toArray();

        double[] one = processed(new PostProcessor(PostProcessing.ofFlags(2), rate, HALFTIME), raw);
        double[] other = processed(new PostProcessor(PostProcessing.ofFlags(2), rate, HALFTIME), later);

        for (int i = 0; i < raw.length; i++) {
            assertThat(other[i] - shift).isEqualTo(one[i], within(2 * Math.ulp(shift + one[i])));
        }
    }

    @Test
    void jitterBecomesSmall() {
        double[] raw = jittery(new Random(7), 5_000.25, 500, 10_000);

        double[] smooth = processed(new PostProcessor(PostProcessing.ofFlags(2), 500, HALFTIME), raw);

        for (int i = 5_000; i < raw.length; i++) {
            assertThat(smooth[i]).isEqualTo(5_000.25 + i / 500.0, within(0.1 / 500));
        }
    }

    @Test
    void aGapBendsTheLineUnlessItStartsAnew() {
        double[] raw = new double[2_000];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = 300 + i / 100.0 + (i < 1_000 ? 0 : 5);
        }

        double[] bent = processed(new PostProcessor(PostProcessing.ofFlags(2), 100, HALFTIME), raw);
        double[] anew = processed(
                new PostProcessor(PostProcessing.ofFlags(2).withGap(Duration.ofSeconds(1)), 100, HALFTIME), raw);

        assertThat(bent[1_000]).isLessThan(raw[1_000] - 1);
        assertThat(anew[1_000]).isEqualTo(raw[1_000], within(1e-6));
        assertThat(anew[1_500]).isEqualTo(raw[1_500], within(1e-6));
    }

    @Test
    void stampsPassUncorrectedUntilTheClocksAreMeasured() {
        PostProcessor post = new PostProcessor(PostProcessing.all(), 10, HALFTIME);
        double[] stamps = {100.0, 100.1, 100.2, 100.3};

        post.process(stamps, 0, 2);
        boolean before = post.corrected();
        post.correction(-70);
        post.process(stamps, 2, 4);

        assertThat(before).isFalse();
        assertThat(post.corrected()).isTrue();
        assertThat(stamps[0]).isEqualTo(100.0, within(1e-6));
        assertThat(stamps[2]).as("not held up by the stamps before").isEqualTo(30.2, within(1e-6));
        assertThat(stamps[3]).isEqualTo(30.3, within(1e-6));
    }

    @Test
    void afterAResetAnotherClockCounts() {
        PostProcessor post = new PostProcessor(PostProcessing.all(), 10, HALFTIME);
        post.correction(1_000);
        double[] stamps = {50.0, 50.1, 3.0, 3.1};

        post.process(stamps, 0, 2);
        post.reset();
        post.correction(2_000);
        post.process(stamps, 2, 4);

        assertThat(stamps[1]).isEqualTo(1050.1, within(1e-6));
        assertThat(stamps[2]).isEqualTo(2003.0, within(1e-6));
    }

    @Test
    void stampsThatAreNoNumberSpoilNothing() {
        double[] raw = jittery(new Random(3), 10.5, 100, 1_000);
        double[] spoilt = raw.clone();
        spoilt[100] = Double.NaN;
        spoilt[200] = Double.POSITIVE_INFINITY;
        spoilt[300] = Double.NEGATIVE_INFINITY;

        double[] good = processed(new PostProcessor(PostProcessing.all(), 100, HALFTIME), raw);
        double[] with = processed(new PostProcessor(PostProcessing.all(), 100, HALFTIME), spoilt);

        assertThat(with[100]).isNaN();
        assertThat(with[200]).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(with[300]).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(with[999]).isEqualTo(good[999], within(1e-3));
    }

    @Test
    void aClockInItsFirstSecondIsNoSpecialCase() {
        double[] raw = new double[50];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = i / 100.0;
        }

        double[] smooth = processed(new PostProcessor(PostProcessing.ofFlags(2), 100, HALFTIME), raw);

        assertThat(smooth).isSorted();
        assertThat(smooth[49]).isEqualTo(0.49, within(1e-6));
    }

    @Test
    void nothingIsAllocatedForASample() {
        PostProcessor post = new PostProcessor(PostProcessing.all(), 1_000, HALFTIME);
        post.correction(-3);
        double[] stamps = jittery(new Random(9), 77, 1_000, 1_000);
        post.process(stamps, 0, stamps.length);
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 1_000; i++) {
            post.process(stamps, 0, stamps.length);
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    }

    @Test
    void flagsAreThoseOfTheNativeLibrary() {
        assertThat(PostProcessing.all().flags()).isEqualTo(7);
        assertThat(PostProcessing.ofFlags(8).any()).isFalse();
        assertThat(PostProcessing.ofFlags(5))
                .extracting("clocksync", "dejitter", "monotonize")
                .containsExactly(true, false, true);
        assertThatIllegalArgumentException().isThrownBy(() -> PostProcessing.ofFlags(16));
        assertThatIllegalArgumentException().isThrownBy(() -> new Dejitter(100, Duration.ZERO, Duration.ZERO));
    }
}
