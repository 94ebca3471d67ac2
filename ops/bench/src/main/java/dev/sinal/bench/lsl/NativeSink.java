package dev.sinal.bench.lsl;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Pulls into buffers that are made once. */
final class NativeSink {
    private static final int MOST_SAMPLES = 4096;
    /** Hundreds of samples of an irregular stream: a million, as the Java side asks for. */
    private static final int MOST_BUFFERED = 10_000;

    private static final double FOREVER_S = 3.2e7;

    private final Pointer inlet;
    private final int channels;
    private final Tally tally;
    private final Memory error = new Memory(4);

    private NativeSink(Pointer inlet, int channels, Tally tally) {
        this.inlet = inlet;
        this.channels = channels;
        this.tally = tally;
    }

    /** @param single waits for each sample; else takes what is there, up to 4096 samples, each millisecond */
    static void start(String name, int channels, boolean single, List<Tally> tallies) {
        Memory found = new Memory(Native.POINTER_SIZE);
        if (NativeCalls.lsl_resolve_byprop(found, 1, "name", name, 1, 20) < 1) {
            throw new IllegalStateException("no stream " + name);
        }
        for (Tally tally : tallies) {
            Pointer inlet = NativeCalls.lsl_create_inlet(found.getPointer(0), MOST_BUFFERED, 0, 1);
            IntByReference failed = new IntByReference();
            NativeCalls.lsl_open_stream(inlet, 20, failed);
            if (failed.getValue() != 0) {
                throw new IllegalStateException("lsl_open_stream: " + failed.getValue());
            }
            NativeSink sink = new NativeSink(inlet, channels, tally);
            Thread puller = new Thread(single ? sink::pullEach : sink::pullChunks, "puller");
            puller.setDaemon(true);
            puller.start();
        }
    }

    private void pullEach() {
        try (Memory data = new Memory(4L * channels)) {
            while (true) {
                double stamp = NativeCalls.lsl_pull_sample_f(inlet, data, channels, FOREVER_S, error);
                if (stamp != 0) {
                    tally.sample(data.getFloat(0));
                    tally.received(1);
                    tally.age(stamp);
                }
            }
        }
    }

    private void pullChunks() {
        long most = (long) MOST_SAMPLES * channels;
        try (Memory data = new Memory(4 * most);
                Memory stamps = new Memory(8L * MOST_SAMPLES)) {
            FloatBuffer floats = data.getByteBuffer(0, data.size()).asFloatBuffer();
            while (true) {
                int values = (int) NativeCalls.lsl_pull_chunk_f(inlet, data, stamps, most, MOST_SAMPLES, 0, error);
                for (int i = 0; i < values; i += channels) {
                    tally.sample(floats.get(i));
                }
                tally.received(values / channels);
                if (values < most) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SpeedPeer.POLL_MS));
                }
            }
        }
    }
}
