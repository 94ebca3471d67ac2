package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommitsTest {
    private static final long SEED = 20261123;

    @Test
    void oneTransactionNeedsNoBytes() {
        Commits.Builder builder = new Commits.Builder().add(250, 9).add(250, 9);

        assertThat(builder.toBytes()).isNull();
        assertThat(Commits.read(null, 1001, 500, 9).runs()).containsExactly(new Commits.Run(1001, 500, 9));
    }

    @Test
    void theBytesAreAsThePageSays() {
        byte[] written = new Commits.Builder()
                .add(250, 0x0102)
                .add(250, 0x0103)
                .add(256, 0x0108)
                .add(250, 0x0109)
                .toBytes();

        byte[] byHand = {
            1, // plain
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            2, // the first transaction
            3,
            (byte) 0xFA,
            1, // a new length, 250
            0, // the same, the next transaction
            4 * 4 + 3,
            (byte) 0x80,
            2, // four were between, a new length, 256
            1 // the length before the last
        };
        assertThat(written).isEqualTo(byHand);
        assertThat(Commits.read(byHand, 1, 1006, 0x0102).runs())
                .containsExactly(
                        new Commits.Run(1, 250, 0x0102),
                        new Commits.Run(251, 250, 0x0103),
                        new Commits.Run(501, 256, 0x0108),
                        new Commits.Run(757, 250, 0x0109));
    }

    @Test
    void regularRunsTakeAboutAByte() {
        Random random = new Random(SEED);
        Commits.Builder jittered = new Commits.Builder();
        long tx = 1L << 40;
        for (int i = 0; i < 40; i++) {
            jittered.add(random.nextBoolean() ? 256 : 224, tx += 1 + random.nextInt(20));
        }
        Commits.Builder single = new Commits.Builder();
        for (int i = 0; i < 3600; i++) {
            single.add(1, tx += 30 + random.nextInt(20));
        }

        assertThat(jittered.toBytes()).hasSizeLessThan(60);
        assertThat(single.toBytes()).hasSizeLessThan(3600);
    }

    @Test
    void anyRunsComeBack() {
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            List<Commits.Run> runs = runs(random);
            Commits.Builder builder = new Commits.Builder();
            runs.forEach(run -> builder.add(run.n(), run.tx()));

            Commits read = Commits.read(builder.toBytes(), runs.get(0).firstSeq(), samples(runs), builder.firstTx());

            assertThat(read.runs()).isEqualTo(runs);
            assertThat(builder.lastTx()).isEqualTo(runs.get(runs.size() - 1).tx());
            for (int i = 0; i < runs.size(); i++) {
                assertThat(read.firstAfter(runs.get(i).tx())).isEqualTo(i + 1);
                assertThat(read.firstAfter(runs.get(i).tx() - 1)).isEqualTo(i);
            }
        }
    }

    private static List<Commits.Run> runs(Random random) {
        List<Commits.Run> runs = new ArrayList<>();
        long seq = 1 + random.nextInt(1_000_000);
        long tx = 1 + (random.nextLong() >>> (2 + random.nextInt(60)));
        int most = 1 << random.nextInt(12);
        int[] lengths = {1 + random.nextInt(1_000), 1 + random.nextInt(1_000), 1 + random.nextInt(1_000)};
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            int n = random.nextInt(10) == 0 ? 1 + random.nextInt(400) : lengths[random.nextInt(3)];
            runs.add(new Commits.Run(seq, n, tx));
            seq += n;
            tx += 1 + (random.nextLong() >>> (4 + random.nextInt(60)));
            if (tx < 0) {
                break;
            }
        }
        return runs;
    }

    private static int samples(List<Commits.Run> runs) {
        return runs.stream().mapToInt(Commits.Run::n).sum();
    }

    @Test
    void damagedBytesAreRefusedOrStillRuns() {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            List<Commits.Run> runs = runs(random);
            Commits.Builder builder = new Commits.Builder();
            runs.forEach(run -> builder.add(run.n(), run.tx()));
            byte[] bytes = builder.toBytes();
            if (bytes == null) {
                continue;
            }
            int samples = samples(runs);
            long tx = builder.firstTx();
            for (int cut = 0; cut < Math.min(bytes.length, 40); cut++) {
                byte[] shorter = Arrays.copyOf(bytes, cut);
                assertThatThrownBy(() -> Commits.read(shorter, 1, samples, tx))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            if (bytes[0] == 1) {
                assertThatThrownBy(() -> Commits.read(longer, 1, samples, tx))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            byte[] flipped = bytes.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(samples(Commits.read(flipped, 1, samples, tx).runs()))
                        .isEqualTo(samples);
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).startsWith("commits: ");
            }
        }
    }

    @Test
    void transactionsMustRise() {
        Commits.Builder builder = new Commits.Builder().add(1, 7);

        assertThat(builder.takes(7)).isTrue();
        assertThat(builder.takes(6)).isFalse();
        assertThatThrownBy(() -> builder.add(1, 6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.add(0, 8)).isInstanceOf(IllegalArgumentException.class);
    }
}
