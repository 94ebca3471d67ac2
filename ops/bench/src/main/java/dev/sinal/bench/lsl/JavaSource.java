package dev.sinal.bench.lsl;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;

final class JavaSource implements Source {
    private final Outlet outlet;
    private final int channels;
    private final float[] single;
    private float[] chunk = new float[0];
    private int next;

    JavaSource(Lsl lsl, String name, int channels, double rate) throws Exception {
        this.channels = channels;
        this.single = new float[channels];
        StreamInfo info = StreamInfo.builder(name, "Bench", channels, rate, ChannelFormat.FLOAT32, name)
                .build();
        // As much as a native outlet keeps at these rates, within memory.
        OutletOptions options =
                OutletOptions.defaults().withMaxBufferBytes(256L << 20).withMaxBufferSamples(1_000_000);
        outlet = SpeedPeer.await(lsl.openOutlet(info, options));
    }

    @Override
    public boolean served(int inlets) {
        return outlet.consumers() >= inlets;
    }

    @Override
    public void push(int samples) {
        if (samples == 1) {
            single[0] = next++ & Tally.MASK;
            outlet.push(single, LslClock.now());
            return;
        }
        if (chunk.length != samples * channels) {
            chunk = new float[samples * channels];
        }
        for (int i = 0; i < chunk.length; i += channels) {
            chunk[i] = next++ & Tally.MASK;
        }
        outlet.pushChunk(chunk, samples, null, LslClock.now());
    }

    @Override
    public long dropped() {
        return outlet.dropped();
    }
}
