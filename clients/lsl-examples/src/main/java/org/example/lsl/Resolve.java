package org.example.lsl;

import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.StreamWatch;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Says which streams there are, then for so many seconds which come and go. Arguments: a query, seconds; without, all and ten. */
public final class Resolve {
    private Resolve() {}

    public static void main(String[] args) throws InterruptedException {
        StreamQuery query = StreamQuery.parse(args.length > 0 ? args[0] : "");
        long seconds = args.length > 1 ? Long.parseLong(args[1]) : 10;
        Vertx vertx = Vertx.vertx();
        Lsl lsl = Lsl.create(vertx, LslConfig.load());

        // Two seconds for all who are there. With a minimum above 0 it would be over as soon as so many are known.
        for (StreamInfo one : lsl.resolve(query, 0, Duration.ofSeconds(2)).await()) {
            say("is here", one);
            StreamInfo full = lsl.fullInfo(one).await();
            System.out.println("    channels: " + full.channels());
        }
        StreamWatch watch = lsl.watch(query, new StreamWatch.Listener() {
            @Override
            public void appeared(StreamInfo info) {
                say("appeared", info);
            }

            @Override
            public void vanished(StreamInfo info) {
                say("vanished", info);
            }
        });
        TimeUnit.SECONDS.sleep(seconds);
        watch.close();
        lsl.close().await();
        vertx.close().await();
    }

    private static void say(String what, StreamInfo info) {
        System.out.println(what + ": " + info.name() + ", " + info.type() + ", " + info.channelCount() + " channels of "
                + info.format().wireName() + " at " + info.nominalRate() + " Hz on " + info.hostname());
    }
}
