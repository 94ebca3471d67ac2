package org.example.lsl;

import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.post.PostProcessing;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Is called with the samples of a stream of any format, and prints them with their stamps on this machine's clock. Arguments: which stream, as a
 * query, and how many samples; without, markers for ever.
 */
public final class Listen implements InletListener {
    private final CountDownLatch left;

    private Listen(int samples) {
        left = new CountDownLatch(samples);
    }

    public static void main(String[] args) throws InterruptedException {
        StreamQuery query = StreamQuery.parse(args.length > 0 ? args[0] : "type='Markers'");
        Listen listener = new Listen(args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE);
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, LslConfig.load());
        InletOptions options = InletOptions.defaults().withProcessing(PostProcessing.all());
        lsl.resolve(query, 1, Duration.ofMinutes(1))
                .onSuccess(found -> found.stream().limit(1).forEach(one -> lsl.openInlet(one, options, listener)));
        listener.left.await();
        lsl.close().await();
        vertx.close().await();
    }

    @Override
    public void opened(StreamInfo full, boolean recovered) {
        System.out.println((recovered ? "found again: " : "reading: ") + full.name());
    }

    @Override
    public void samples(SampleBatch batch) {
        double[] local = batch.processedStamps();
        for (int i = 0; i < batch.size(); i++) {
            System.out.println(local[i] + (batch.corrected() ? " s here: " : " s there: ") + batch.stringAt(i, 0));
            left.countDown();
        }
    }

    @Override
    public void lost(String reason) {
        System.out.println("gone for now: " + reason);
    }

    @Override
    public void failed(LslException error) {
        System.out.println("gone for good: " + error.getMessage());
    }
}
