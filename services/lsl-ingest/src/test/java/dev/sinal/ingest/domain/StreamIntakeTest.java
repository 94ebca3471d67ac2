package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamIntakeTest {
    /** LSL 1000 s = this moment. */
    private static final long UTC = UtcNanos.parse("2026-03-04T12:00:00Z");
    /** The producer's clock is 500 s behind ours. */
    private static final double CORRECTION = 500;

    private final Recorder out = new Recorder();

    @Test
    void samplesWaitForTheFirstProbeAndThenCarryUtc() {
        StreamIntake intake = intake(100, null);
        intake.opened(new int[] {0}, false, at(0));

        intake.samples(batch(500.00, 500.01, 500.02), at(0.1));
        intake.tick(at(0.5));
        assertThat(out.stored).isEmpty();

        intake.probe(probe(0.6), at(0.6));
        intake.tick(at(0.9));

        SampleBlock block = out.stored.get(0);
        assertThat(block.basis()).isEqualTo(TimeBasis.LSL);
        assertThat(block.timestamps()).containsExactly(UTC, UTC + 10_000_000, UTC + 20_000_000);
        assertThat(block.rawStamps()).containsExactly(500.00, 500.01, 500.02);
        assertThat(block.firstSeq()).isEqualTo(1);
    }

    @Test
    void withoutAProbeTwoSecondsAreEnough() {
        StreamIntake intake = intake(100, null);
        intake.opened(new int[] {0}, false, at(0));
        intake.samples(batch(500.00, 500.01), at(0.1));

        intake.tick(at(2.0));
        assertThat(out.stored).isEmpty();
        intake.tick(at(2.1));
        intake.tick(at(2.4));

        SampleBlock block = out.stored.get(0);
        assertThat(block.basis()).isEqualTo(TimeBasis.ARRIVAL);
        assertThat(block.timestamps()).containsExactly(UTC + 90_000_000, UTC + 100_000_000);
    }

    @Test
    void aProbeThatComesLaterBeginsAnEpochWithMeasuredTime() {
        StreamIntake intake = intake(100, null);
        intake.opened(new int[] {0}, false, at(0));
        intake.samples(batch(500.00), at(0));
        intake.tick(at(2.1));

        intake.probe(probe(3), at(3));
        intake.samples(batch(503.00), at(3));
        intake.close("stopped", at(3.1));

        assertThat(out.stored).extracting(SampleBlock::basis).containsExactly(TimeBasis.ARRIVAL, TimeBasis.LSL);
        assertThat(out.stored.get(1).epoch()).isGreaterThan(out.stored.get(0).epoch());
        assertThat(out.gaps)
                .as("nothing is missing")
                .allMatch(gap -> gap.cause().equals("stamp_jump"));
    }

    @Test
    void unixStampsAreTakenAsTheyAre() {
        StreamIntake intake = opened(100);
        double unix = UTC / 1e9;

        intake.samples(batch(unix, unix + 0.5), at(0.6));
        intake.close("stopped", at(1));

        assertThat(out.stored).extracting(SampleBlock::basis).containsOnly(TimeBasis.UNIX);
        assertThat(out.stored.get(0).timestamps()[0]).isEqualTo(UTC);
        assertThat(out.stored.get(1).timestamps()[0]).isEqualTo(UTC + 500_000_000);
    }

    @Test
    void stampsThatSayNothingGetTheTimeOfArrival() {
        StreamIntake intake = opened(0);

        intake.samples(batch(500.0, Double.NaN, 1e15, 500.2), at(0.3));
        intake.close("stopped", at(1));

        assertThat(out.stored)
                .extracting(SampleBlock::basis)
                .containsExactly(TimeBasis.LSL, TimeBasis.ARRIVAL, TimeBasis.LSL);
        assertThat(out.stored.get(1).timestamps()).containsExactly(UTC + 300_000_000, UTC + 300_000_000);
        assertThat(out.stored.get(1).rawStamps()).containsExactly(Double.NaN, 1e15);
    }

    @Test
    void stampsThatGoBackBeginAnEpochAndSmallStepsBackDoNot() {
        StreamIntake intake = opened(0);

        intake.samples(batch(510.0, 509.9, 508.8), at(10));
        intake.close("stopped", at(11));

        assertThat(out.stored).hasSize(2);
        assertThat(out.stored.get(0).size()).isEqualTo(2);
        assertThat(out.stored.get(1).rawStamps()).containsExactly(508.8);
        assertThat(out.stored.get(1).firstSeq()).isEqualTo(1);
        assertThat(out.closed).containsExactly("clock_reset", "stopped");
    }

    @Test
    void aJumpOfTheStampsOfARegularStreamIsAGapWithItsCount() {
        StreamIntake intake = opened(100);

        intake.samples(batch(500.00, 500.01, 500.02, 500.12, 500.13), at(0.2));
        intake.close("stopped", at(1));

        assertThat(out.gaps).hasSize(1);
        GapFinding gap = out.gaps.get(0);
        assertThat(gap.cause()).isEqualTo("stamp_jump");
        assertThat(gap.from()).isEqualTo(UTC + 20_000_000);
        assertThat(gap.to()).isEqualTo(UTC + 120_000_000);
        assertThat(gap.estimated()).isEqualTo(9); // .03 to .11
        assertThat(out.stored).hasSize(1);
    }

    @Test
    void aLostConnectionIsAGapUntilTheNextSample() {
        StreamIntake intake = opened(100);
        intake.samples(batch(500.00, 500.01), at(0.02));
        intake.lost("reset", at(0.1));

        intake.opened(new int[] {0}, false, at(1));
        intake.probe(probe(1.6), at(1.6));
        intake.samples(batch(501.51), at(1.6));

        assertThat(out.gaps).hasSize(1);
        assertThat(out.gaps.get(0).cause()).isEqualTo("disconnected");
        assertThat(out.gaps.get(0).estimated()).isEqualTo(149); // 500.02 to 501.50
        assertThat(out.opened).hasSize(2);
        assertThat(out.opened.get(1)).isGreaterThan(out.opened.get(0));
    }

    @Test
    void whatWasMissedWhileTheCollectorWasDownIsAGapButNotAfterAStopOnPurpose() {
        StreamIntake crashed = intake(100, new PreviousEnd(7, UTC - 1_000_000_000L, false));
        crashed.opened(new int[] {0}, false, at(0));
        crashed.probe(probe(0), at(0));
        crashed.samples(batch(500.00), at(0));
        assertThat(out.gaps).hasSize(1);
        assertThat(out.gaps.get(0).cause()).isEqualTo("collector_down");
        assertThat(out.gaps.get(0).epoch()).isEqualTo(7);
        assertThat(out.gaps.get(0).estimated()).isEqualTo(99);

        out.gaps.clear();
        StreamIntake stopped = intake(100, new PreviousEnd(7, UTC - 1_000_000_000L, true));
        stopped.opened(new int[] {0}, false, at(0));
        stopped.probe(probe(0), at(0));
        stopped.samples(batch(500.00), at(0));
        assertThat(out.gaps).isEmpty();
    }

    @Test
    void refusedSamplesAreCountedAndTheirGapEndsWithTheFirstAcceptedOne() {
        StreamIntake intake = opened(100);
        intake.samples(batch(500.00), at(0));
        intake.tick(at(0.3));
        SampleBlock first = out.stored.get(0);
        intake.accepted(first.epoch(), UTC, UTC);
        intake.samples(batch(500.01, 500.02), at(0.3));
        intake.tick(at(0.6));
        SampleBlock second = out.stored.get(1);

        intake.refused(second.epoch(), 2, UTC + 10_000_000, at(0.7));
        intake.samples(batch(500.03), at(0.7));
        intake.tick(at(1));

        SampleBlock third = out.stored.get(2);
        assertThat(third.epoch()).isGreaterThan(second.epoch());
        assertThat(third.firstSeq()).isEqualTo(1);
        intake.accepted(third.epoch(), UTC + 30_000_000, UTC + 30_000_000);
        assertThat(out.gaps).hasSize(1);
        GapFinding gap = out.gaps.get(0);
        assertThat(gap.cause()).isEqualTo("log_full");
        assertThat(gap.estimated()).isEqualTo(2);
        assertThat(gap.from()).isEqualTo(UTC);
        assertThat(gap.to()).isEqualTo(UTC + 30_000_000);
    }

    @Test
    void aStepOfTheClockBeginsAnEpoch() {
        StreamIntake intake = opened(100);
        intake.samples(batch(500.00), at(0));

        for (int n = 1; n <= 2; n++) {
            intake.probe(ClockProbe.measured(1000 + n, CORRECTION + 0.5, 0.0002), at(n));
        }
        intake.samples(batch(502.00), at(2.5));
        intake.close("stopped", at(3));

        assertThat(out.closed).containsExactly("clock_reset", "stopped");
        assertThat(out.stored.get(1).timestamps()).containsExactly(UTC + 2_500_000_000L);
    }

    @Test
    void aWallClockJumpBeginsAnEpochOnTheNewTime() {
        StreamIntake intake = opened(100);
        intake.samples(batch(500.00), at(0));

        Moment jumped = new Moment(1000.01, UTC + 3_600_000_000_000L + 10_000_000);
        intake.wallJumped(jumped);
        intake.samples(batch(500.01), jumped);
        intake.close("stopped", jumped);

        assertThat(out.stored.get(1).timestamps()).containsExactly(UTC + 3_600_000_000_000L + 10_000_000);
        assertThat(out.gaps).as("the raw stamps show that nothing is missing").isEmpty();
    }

    @Test
    void onlyTheCollectedChannelsAreInABlock() {
        StreamIntake intake = intake(100, null);
        intake.opened(new int[] {1}, false, at(0));
        intake.probe(probe(0), at(0));

        intake.samples(new SampleBatch(ChannelFormat.FLOAT32, 2, new double[] {500}, new float[] {1, 2}, 1000), at(0));
        intake.close("stopped", at(1));

        assertThat(out.stored.get(0).columns()).hasSize(1);
        assertThat(out.stored.get(0).column(0).doubleAt(0)).isEqualTo(2);
    }

    @Test
    void liveBlocksHaveTheSameNumbersAsStoredOnes() {
        StreamIntake intake = opened(100);

        for (int i = 0; i < 20; i++) {
            intake.samples(batch(500 + i / 100.0), at(i / 100.0));
            intake.tick(at(i / 100.0));
        }
        intake.close("stopped", at(1));

        assertThat(out.live.stream().mapToInt(SampleBlock::size).sum()).isEqualTo(20);
        assertThat(out.live.size()).isBetween(4, 6); // at most 50 ms each
        assertThat(out.live.get(1).firstSeq()).isEqualTo(out.live.get(0).lastSeq() + 1);
        assertThat(out.live.get(0).epoch()).isEqualTo(out.stored.get(0).epoch());
    }

    private StreamIntake opened(double rate) {
        StreamIntake intake = intake(rate, null);
        intake.opened(new int[] {0}, false, at(0));
        intake.probe(probe(0), at(0));
        return intake;
    }

    private StreamIntake intake(double rate, @Nullable PreviousEnd previous) {
        return new StreamIntake("s1", rate, ChannelFormat.FLOAT32, previous, new Random(1), out);
    }

    private static Moment at(double seconds) {
        return new Moment(1000 + seconds, UTC + Math.round(seconds * 1e9));
    }

    private static ClockProbe probe(double seconds) {
        return ClockProbe.measured(1000 + seconds, CORRECTION, 0.0002);
    }

    private static SampleBatch batch(double... stamps) {
        int channels = 1;
        return new SampleBatch(ChannelFormat.FLOAT32, channels, stamps, new float[stamps.length], 1000);
    }

    private static final class Recorder implements StreamIntake.Sink {
        final List<Long> opened = new ArrayList<>();
        final List<SampleBlock> stored = new ArrayList<>();
        final List<SampleBlock> live = new ArrayList<>();
        final List<GapFinding> gaps = new ArrayList<>();
        final List<String> closed = new ArrayList<>();

        @Override
        public void epochOpened(long epoch, String reason) {
            opened.add(epoch);
        }

        @Override
        public void stored(SampleBlock block) {
            stored.add(block);
        }

        @Override
        public void live(SampleBlock block) {
            live.add(block);
        }

        @Override
        public void gap(GapFinding gap) {
            gaps.add(gap);
        }

        @Override
        public void epochClosed(long epoch, long lastSeq, String reason) {
            closed.add(reason);
        }
    }
}
