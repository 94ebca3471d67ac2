package dev.sinal.lsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ConsumerOptions.Policy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SamplePullerTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final StreamInfo INFO =
            StreamInfo.builder("p", "", 2, 0, ChannelFormat.INT32, "p").build();

    /** Sample i has the stamp i and the values 10 i and 10 i + 1. */
    private static SampleBatch samples(int from, int to) {
        double[] stamps = new double[to - from];
        int[] values = new int[2 * stamps.length];
        for (int i = from; i < to; i++) {
            stamps[i - from] = i;
            values[2 * (i - from)] = 10 * i;
            values[2 * (i - from) + 1] = 10 * i + 1;
        }
        return new SampleBatch(ChannelFormat.INT32, 2, stamps, values, 0);
    }

    @Test
    void batchesAreCutAsTheCallerHasRoom() throws InterruptedException {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
        puller.samples(samples(0, 3));
        puller.samples(samples(3, 5));
        int[] values = new int[8];
        double[] stamps = new double[4];

        assertThat(puller.pull(values, stamps, 1, NOW)).isEqualTo(4);
        assertThat(stamps).containsExactly(0, 1, 2, 3);
        assertThat(values).containsExactly(0, 1, 10, 11, 20, 21, 30, 31);
        assertThat(puller.waiting()).isEqualTo(1);
        assertThat(puller.pull(values, stamps, 1, NOW)).isEqualTo(1);
        assertThat(stamps[0]).isEqualTo(4);
        assertThat(puller.pull(values, stamps, 1, NOW)).isZero();
        assertThat(puller.dropped()).isZero();
    }

    @Test
    void aFullBufferLosesItsOldestSamplesAndCountsThem() throws InterruptedException {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults().withMaxSamples(3));
        puller.samples(samples(0, 2));
        puller.samples(samples(2, 4));
        double[] stamps = new double[9];

        assertThat(puller.pull(new int[18], stamps, 1, NOW)).isEqualTo(3);
        assertThat(stamps).startsWith(1, 2, 3);
        assertThat(puller.dropped()).isEqualTo(1);
    }

    @Test
    void theBytesThatWaitAreBoundedToo() throws InterruptedException {
        SamplePuller puller =
                new SamplePuller(ConsumerOptions.defaults().withMaxBytes(33)); // two samples of 8 + 2 * 4 bytes
        puller.samples(samples(0, 1));
        puller.samples(samples(1, 2));
        puller.samples(samples(2, 3));
        double[] stamps = new double[9];

        assertThat(puller.pull(new int[18], stamps, 0, NOW)).isEqualTo(2);
        assertThat(stamps).startsWith(1, 2);
        assertThat(puller.dropped()).isEqualTo(1);
    }

    @Test
    void whoWantsTheLatestSkipsTheRest() throws InterruptedException {
        SamplePuller puller = new SamplePuller(ConsumerOptions.latest());
        puller.samples(samples(0, 3));
        puller.samples(samples(3, 6));
        double[] stamps = new double[2];

        assertThat(puller.pull(new int[4], stamps, 1, NOW)).isEqualTo(2);
        assertThat(stamps).containsExactly(4, 5);
        assertThat(puller.dropped()).isEqualTo(4);
    }

    @Test
    void valuesAreConvertedToWhatTheCallerWants() throws InterruptedException {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
        puller.samples(samples(7, 13));
        double[] stamps = new double[1];
        double[] doubles = new double[2];
        float[] floats = new float[2];
        long[] longs = new long[2];
        short[] shorts = new short[2];
        byte[] bytes = new byte[2];
        String[] texts = new String[2];

        puller.pull(doubles, stamps, 1, NOW);
        puller.pull(floats, stamps, 1, NOW);
        puller.pull(longs, stamps, 1, NOW);
        puller.pull(shorts, stamps, 1, NOW);
        puller.pull(bytes, stamps, 1, NOW);
        puller.pull(texts, stamps, 1, NOW);

        assertThat(doubles).containsExactly(70, 71);
        assertThat(floats).containsExactly(80, 81);
        assertThat(longs).containsExactly(90, 91);
        assertThat(shorts).containsExactly((short) 100, (short) 101);
        assertThat(bytes).containsExactly((byte) 110, (byte) 111);
        assertThat(texts).containsExactly("120", "121");
    }

    @Test
    void aWaitingThreadWakesWhenEnoughHasCome() throws Exception {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
        CompletableFuture<Integer> pulled = CompletableFuture.supplyAsync(() -> pull(puller, 3));

        puller.samples(samples(0, 2));
        assertThat(pulled).isNotDone();
        puller.samples(samples(2, 4));

        await().until(() -> pulled.isDone() && pulled.join() == 4);
    }

    @Test
    void whatWaitsIsPulledBeforeTheEndIsTold() throws InterruptedException {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
        puller.opened(INFO, false);
        puller.samples(samples(0, 1));
        puller.lost("cable");
        puller.closed();

        assertThat(puller.pull(new int[2], new double[1], 1, LONG)).isEqualTo(1);
        assertThatThrownBy(() -> puller.pull(new int[2], new double[1], 1, LONG))
                .isInstanceOf(LslException.class)
                .hasMessage("the stream is lost: cable");
    }

    @Test
    void aThreadThatWaitsForAStreamThatEndsIsTold() {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
        CompletableFuture<Integer> pulled = CompletableFuture.supplyAsync(() -> pull(puller, 1));

        puller.failed(new LslException("broken"));

        await().until(pulled::isDone);
        assertThatThrownBy(pulled::join).hasRootCauseMessage("broken");
    }

    @Test
    void noRoomForOneSampleIsAMistakeOfTheCaller() {
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults().withPolicy(Policy.LATEST));
        puller.samples(samples(0, 1));

        assertThatThrownBy(() -> puller.pull(new int[1], new double[1], 1, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no room for one sample of 2 channels");
        assertThat(puller.flush()).isEqualTo(1);
        assertThat(puller.dropped()).isEqualTo(1);
    }

    private static int pull(SamplePuller puller, int atLeast) {
        try {
            return puller.pull(new int[20], new double[10], atLeast, LONG);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
