package dev.sinal.bench.lsl;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sinal.lsl.LslClock;
import java.nio.FloatBuffer;

final class NativeSource implements Source {
    private static final int FLOAT32 = 1;
    private static final int MOST_SAMPLES = 4096;

    private final Pointer outlet;
    private final Memory data;
    private final FloatBuffer floats;
    private final int channels;
    private int next;

    NativeSource(String name, int channels, double rate) {
        this.channels = channels;
        this.data = new Memory(4L * channels * MOST_SAMPLES);
        this.data.clear();
        this.floats = data.getByteBuffer(0, data.size()).asFloatBuffer();
        Pointer info = NativeCalls.lsl_create_streaminfo(name, "Bench", channels, rate, FLOAT32, name);
        // Seconds at the nominal rate, or hundreds of samples without one.
        int buffered = rate > 0 ? (int) Math.max(1, 1_000_000 / rate) : 10_000;
        outlet = NativeCalls.lsl_create_outlet(info, 0, buffered);
    }

    @Override
    public boolean served(int inlets) {
        return NativeCalls.lsl_have_consumers(outlet) != 0;
    }

    @Override
    public void push(int samples) {
        for (int i = 0; i < samples; i++) {
            floats.put(i * channels, next++ & Tally.MASK);
        }
        if (samples == 1) {
            NativeCalls.lsl_push_sample_ftp(outlet, data, LslClock.now(), 1);
        } else {
            NativeCalls.lsl_push_chunk_ftp(outlet, data, (long) samples * channels, LslClock.now(), 1);
        }
    }

    @Override
    public long dropped() {
        return 0;
    }
}
