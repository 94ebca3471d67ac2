package org.example.lsl;

import dev.sinal.lsl.ConsumerOptions;
import dev.sinal.lsl.InletOptions;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.SamplePuller;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/** Pulls samples of a stream of numbers. Arguments: which stream, as a query, and how many samples; without, any EEG for ever. */
public final class Receive {
    private Receive() {}

    public static void main(String[] args) throws InterruptedException {
        StreamQuery query = StreamQuery.parse(args.length > 0 ? args[0] : "type='EEG'");
        long wanted = args.length > 1 ? Long.parseLong(args[1]) : Long.MAX_VALUE;
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, LslConfig.load());
        List<StreamInfo> found = lsl.resolve(query, 1, Duration.ofMinutes(1)).await();
        if (found.isEmpty()) {
            throw new IllegalStateException("nobody sends " + query);
        }
        StreamInfo stream = found.get(0);
        SamplePuller puller = new SamplePuller(ConsumerOptions.defaults());
        lsl.openInlet(stream, InletOptions.defaults(), puller);

        float[] values = new float[100 * stream.channelCount()];
        double[] stamps = new double[100];
        for (long got = 0; got < wanted; ) {
            // Returns when there are 50, or after a second with what there is.
            int n = puller.pull(values, stamps, 50, Duration.ofSeconds(1));
            got += n;
            if (n > 0) {
                System.out.println(got + " samples, the last at " + stamps[n - 1] + " s, first channel "
                        + values[(n - 1) * stream.channelCount()]);
            }
        }
        System.out.println("received, dropped: " + puller.dropped());
        lsl.close().await();
        vertx.close().await();
    }
}
