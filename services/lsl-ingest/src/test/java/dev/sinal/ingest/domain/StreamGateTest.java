package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two nodes read the same stream, 100 Hz, stamps = time; value = number of the sample. */
class StreamGateTest {
    private static final double RATE = 100;

    private final Side old = new Side(RATE, false);
    private final Side fresh = new Side(RATE, true);

    @Test
    void atTheCutOneEndsAndTheOtherBegins() {
        old.read(0, 200);
        fresh.read(150, 200); // is there half a second later
        double cut = agree(2.0);
        for (int i = 200; i < 500; i += 10) {
            old.read(i, i + 10);
            fresh.read(i, i + 10);
        }

        assertThat(cut).isGreaterThan(3.4).isLessThan(3.6);
        assertThat(old.gate.ended(at(5))).isTrue();
        assertThat(old.numbers()).isEqualTo(numbers(0, 350));
        assertThat(fresh.numbers()).isEqualTo(numbers(350, 500));
        assertThat(fresh.gaps).as("the gap since the last known sample is none").isEmpty();
    }

    @Test
    void noiseInTheLastDigitsOfTheStampsMovesNoSampleAcrossTheCut() {
        old.read(0, 200);
        fresh.read(150, 200);
        agree(2.0);

        old.noise = 1e-4;
        fresh.noise = -1e-4;
        old.read(200, 500);
        fresh.read(200, 500);

        List<Double> all = new ArrayList<>(old.numbers());
        all.addAll(fresh.numbers());
        assertThat(all).isEqualTo(numbers(0, 500));
    }

    @Test
    void whoHasPassedTheCutSaysSoAndTheOtherKeepsAll() {
        old.read(0, 200);
        fresh.read(150, 200);
        Double cut = fresh.gate.proposal(at(2));
        old.read(200, 400);
        fresh.read(200, 400);

        boolean kept = old.gate.cutAt(cut, at(4));
        fresh.gate.answered(kept);

        assertThat(kept).isFalse();
        assertThat(old.gate.cutting()).isFalse();
        assertThat(old.numbers()).isEqualTo(numbers(0, 400));
        assertThat(fresh.numbers()).isEqualTo(numbers(150, 400));
        assertThat(fresh.gaps).isEmpty();
    }

    @Test
    void withoutAnAnswerTheNewOneKeepsAllAndTellsTheGap() {
        fresh.read(150, 200);

        fresh.gate.release(false);

        assertThat(fresh.numbers()).isEqualTo(numbers(150, 200));
        assertThat(fresh.gaps).extracting(GapFinding::cause).containsExactly(GapFinding.COLLECTOR_DOWN);
    }

    @Test
    void aProposalWaitsForSomeSamplesAndStays() {
        assertThat(fresh.gate.proposal(at(5))).isNull();
        fresh.read(500, 510);
        assertThat(fresh.gate.proposal(at(5.2)))
                .as("the first stamps may be odd")
                .isNull();
        fresh.read(510, 540);

        Double cut = fresh.gate.proposal(at(5.5));
        fresh.read(540, 560);

        assertThat(cut).isNotNull();
        assertThat(fresh.gate.proposal(at(5.7))).isEqualTo(cut);
    }

    @Test
    void aQuietIrregularStreamIsCutByItsClock() {
        Side quietOld = new Side(0, false);
        Side quietNew = new Side(0, true);
        quietOld.intake.probe(probe(1), at(1));
        quietNew.intake.probe(probe(1), at(1));

        Double cut = quietNew.gate.proposal(at(1.2));
        boolean kept = quietOld.gate.cutAt(cut, at(1.3));
        quietNew.gate.answered(kept);
        quietOld.samples(2.0, 3.0);
        quietNew.samples(2.0, 3.0);

        assertThat(cut).isEqualTo(2.7);
        assertThat(kept).isTrue();
        assertThat(quietOld.gate.ended(at(4.9))).isTrue();
        assertThat(quietOld.numbers()).containsExactly(200.0);
        assertThat(quietNew.numbers()).containsExactly(300.0);
    }

    @Test
    void anotherOutletEndsTheAgreement() {
        old.read(0, 200);
        fresh.read(150, 200);
        agree(2.0);

        fresh.gate.lost("gone", at(2.1));
        fresh.gate.opened(new int[] {0}, true, at(3));
        fresh.read(310, 320); // before the cut, which says nothing about these

        assertThat(fresh.numbers()).isEqualTo(numbers(310, 320));
        assertThat(fresh.gaps).as("what is missing since is told").isNotEmpty();
    }

    private double agree(double now) {
        Double cut = fresh.gate.proposal(at(now));
        assertThat(cut).isNotNull();
        boolean kept = old.gate.cutAt(cut, at(now));
        assertThat(kept).isTrue();
        fresh.gate.answered(kept);
        return cut;
    }

    private static List<Double> numbers(int from, int to) {
        return IntStream.range(from, to).asDoubleStream().boxed().toList();
    }

    private static Moment at(double seconds) {
        return new Moment(seconds, 1_800_000_000_000_000_000L + Math.round(seconds * 1e9));
    }

    private static ClockProbe probe(double seconds) {
        return ClockProbe.measured(seconds, 0, 0.001);
    }

    private static final class Side implements StreamIntake.Sink {
        final List<SampleBlock> blocks = new ArrayList<>();
        final List<GapFinding> gaps = new ArrayList<>();
        final StreamIntake intake;
        final StreamGate gate;
        double noise;

        Side(double rateHz, boolean coming) {
            PreviousEnd previous = coming ? new PreviousEnd(1, at(0.5).utc(), false) : null;
            intake = new StreamIntake("s", rateHz, ChannelFormat.DOUBLE64, previous, new Random(1), this);
            gate = new StreamGate(rateHz, intake, coming);
            gate.opened(new int[] {0}, false, at(0));
            intake.probe(probe(0), at(0));
        }

        /** Samples {@code from} to {@code to}, at the time of the last one. */
        void read(int from, int to) {
            for (int i = from; i < to; i += 10) {
                int end = Math.min(to, i + 10);
                samples(IntStream.range(i, end).mapToDouble(n -> n / RATE).toArray());
            }
        }

        void samples(double... stamps) {
            double[] values =
                    DoubleStream.of(stamps).map(s -> Math.round(s * RATE)).toArray();
            double[] noisy = DoubleStream.of(stamps).map(s -> s + noise).toArray();
            gate.samples(
                    new SampleBatch(ChannelFormat.DOUBLE64, 1, noisy, values, stamps[stamps.length - 1]),
                    at(stamps[stamps.length - 1] + 0.01));
        }

        List<Double> numbers() {
            intake.close("end", at(10));
            List<Double> all = new ArrayList<>();
            for (SampleBlock block : blocks) {
                for (int i = 0; i < block.size(); i++) {
                    all.add(block.column(0).doubleAt(i));
                }
            }
            return all;
        }

        @Override
        public void epochOpened(long epoch, String reason) {}

        @Override
        public void stored(SampleBlock block) {
            blocks.add(block);
        }

        @Override
        public void live(SampleBlock block) {}

        @Override
        public void gap(GapFinding gap) {
            gaps.add(gap);
        }

        @Override
        public void epochClosed(long epoch, long lastSeq, String reason) {}
    }
}
