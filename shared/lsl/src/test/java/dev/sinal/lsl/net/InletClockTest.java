package dev.sinal.lsl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockReset;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.post.PostProcessing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InletClockTest {
    private final Recorder recorder = new Recorder();
    private double unixNow = 1_795_000_000;
    private double unixAt = LslClock.now();

    private InletClock clock(PostProcessing how) {
        return new InletClock(
                how, Duration.ofSeconds(90), true, new Counters(), () -> unixNow + LslClock.now() - unixAt, recorder);
    }

    private static ClockProbe probe(double correction) {
        return ClockProbe.measured(LslClock.now(), correction, 0.001);
    }

    private static SampleBatch batch(int samples, double stamp) {
        double[] stamps = new double[samples];
        java.util.Arrays.fill(stamps, stamp);
        return new SampleBatch(ChannelFormat.DOUBLE64, 1, stamps, new double[samples], LslClock.now());
    }

    @Test
    void aSuspendOfThisMachineIsNotTheProducersFault() {
        InletClock clock = clock(PostProcessing.none());
        clock.opened(100, false);
        clock.probed(probe(-1_000));

        unixNow += 100; // and our clock stood still
        clock.probed(probe(-1_100));
        clock.probed(probe(-1_100));

        assertThat(recorder.resets).extracting(ClockReset::cause).containsExactly(ClockReset.Cause.LOCAL_SUSPEND);
        assertThat(recorder.resets.get(0).reason()).isEqualTo("this machine was suspended for 100.000 s");
    }

    @Test
    void aWallClockThatWasSetIsNoSuspend() {
        InletClock clock = clock(PostProcessing.none());
        clock.opened(100, false);
        clock.probed(probe(-1_000));

        unixNow += 3_600;
        clock.probed(probe(-900));
        clock.probed(probe(-900));

        assertThat(recorder.resets).extracting(ClockReset::cause).containsExactly(ClockReset.Cause.REMOTE_STEP);
        assertThat(recorder.resets.get(0).step()).isEqualTo(100, within(1e-9));
    }

    @Test
    void oneDoubtfulCorrectionMovesNoStamps() {
        InletClock clock = clock(PostProcessing.ofFlags(PostProcessing.CLOCKSYNC));
        clock.opened(100, false);
        clock.probed(probe(-1_000));
        clock.probed(probe(-5));

        clock.samples(batch(1, 6_000));

        assertThat(recorder.batches.get(0).processedStamps()).containsExactly(5_000.0);
        assertThat(recorder.resets).isEmpty();
    }

    @Test
    void samplesWaitForTheFirstWaveOnly() {
        InletClock clock = clock(PostProcessing.all());
        clock.opened(0, false);
        clock.samples(batch(2, 6_000));
        assertThat(recorder.batches).isEmpty();

        clock.probed(ClockProbe.failed(LslClock.now(), "no reply"));
        clock.samples(batch(3, 6_000));

        assertThat(recorder.count()).isEqualTo(5);
        assertThat(recorder.batches).noneMatch(SampleBatch::corrected);
    }

    @Test
    void notMoreWaitsThanThereIsRoomFor() {
        InletClock clock = clock(PostProcessing.all());
        clock.opened(0, false);
        int samples = 100_000;
        long enough = InletClock.MOST_HELD_BYTES / (16L * samples) + 1;

        for (int i = 0; i < enough; i++) {
            clock.samples(batch(samples, 6_000));
        }

        assertThat(recorder.count()).isEqualTo(enough * samples);
    }

    @Test
    void anotherOutletMakesTheCorrectionUnknown() {
        InletClock clock = clock(PostProcessing.none());
        clock.opened(100, false);
        clock.opened(100, true);
        assertThat(recorder.resets).as("there was nothing to forget").isEmpty();
        clock.probed(probe(-1_000));

        clock.opened(100, true);

        assertThat(clock.series().latest()).isEmpty();
        assertThat(recorder.resets).extracting(ClockReset::cause).containsExactly(ClockReset.Cause.OUTLET_CHANGED);
    }

    @Test
    void theSameOutletKeepsItsCorrection() {
        InletClock clock = clock(PostProcessing.none());
        clock.opened(100, false);
        clock.probed(probe(-1_000));

        clock.opened(100, false);

        assertThat(clock.series().latest()).isPresent();
        assertThat(recorder.resets).isEmpty();
    }
}
