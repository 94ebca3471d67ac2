package dev.sinal.bench.lsl;

import dev.sinal.lsl.Inlet;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at the number of every sample, as the native side does. */
final class JavaSink implements InletListener {
    private final Tally tally;
    private final CountDownLatch open = new CountDownLatch(1);

    private JavaSink(Tally tally) {
        this.tally = tally;
    }

    static void start(Lsl lsl, String name, boolean reused, List<Tally> tallies) throws Exception {
        List<StreamInfo> found =
                SpeedPeer.await(lsl.resolve(StreamQuery.parse("name='" + name + "'"), 1, Duration.ofSeconds(20)));
        for (Tally tally : tallies) {
            JavaSink sink = new JavaSink(tally);
            Inlet inlet = lsl.openInlet(
                    found.get(0),
                    InletOptions.defaults().withMaxBufferSamples(1_000_000).withReusedBatches(reused),
                    sink);
            if (!sink.open.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("inlet is " + inlet.state());
            }
        }
    }

    @Override
    public void opened(StreamInfo full, boolean recovered) {
        open.countDown();
    }

    @Override
    public void samples(SampleBatch batch) {
        float[] values = (float[]) batch.values();
        for (int i = 0; i < batch.size() * batch.channels(); i += batch.channels()) {
            tally.sample(values[i]);
        }
        tally.received(batch.size());
        if (batch.size() == 1) {
            tally.age(batch.stamp(0));
        }
    }

    @Override
    public void lost(String reason) {
        System.err.println("lost: " + reason);
    }

    @Override
    public void failed(LslException error) {
        System.err.println("failed: " + error.getMessage());
    }
}
