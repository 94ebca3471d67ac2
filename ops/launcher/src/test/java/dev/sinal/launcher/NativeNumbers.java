package dev.sinal.launcher;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * A program of its own that sends numbered samples through a real liblsl: it waits for a consumer, pushes, and stays until it is killed. Its working
 * directory holds the {@code lsl_api.cfg} that builds before 1.13 read.
 */
final class NativeNumbers {
    static final int CHANNELS = 3;
    private static final int DOUBLE64 = 2;

    private NativeNumbers() {}

    interface LibLsl extends Library {
        Pointer lsl_create_streaminfo(String name, String type, int channels, double rate, int format, String sourceId);

        Pointer lsl_create_outlet(Pointer info, int chunkSize, int maxBuffered);

        int lsl_wait_for_consumers(Pointer outlet, double timeout);

        int lsl_push_sample_dtp(Pointer outlet, double[] data, double timestamp, int pushThrough);

        double lsl_local_clock();
    }

    /** Channel 0 counts, channel 1 is any finite bit pattern, channel 2 a small awkward decimal. */
    static double[] sample(long index) {
        long mixed = (index + 1) * 0x9E3779B97F4A7C15L;
        double any = Double.longBitsToDouble(mixed ^ mixed >>> 31);
        return new double[] {index, Double.isFinite(any) ? any : -0.0, index / 10.0 + 1e-7};
    }

    public static void main(String[] arguments) throws InterruptedException {
        LibLsl lsl = Native.load(arguments[0], LibLsl.class);
        int count = Integer.parseInt(arguments[1]);
        double rate = Double.parseDouble(arguments[2]);
        Pointer outlet = lsl.lsl_create_outlet(
                lsl.lsl_create_streaminfo("Native", "Test", CHANNELS, rate, DOUBLE64, "native-1"), 0, 360);
        System.out.println("outlet up");
        if (lsl.lsl_wait_for_consumers(outlet, 120) == 0) {
            throw new IllegalStateException("nobody came within 120 s");
        }
        double start = lsl.lsl_local_clock();
        for (long i = 0; i < count; i++) {
            double due = start + i / rate;
            long wait = (long) ((due - lsl.lsl_local_clock()) * 1e3);
            if (wait > 0) {
                Thread.sleep(wait);
            }
            lsl.lsl_push_sample_dtp(outlet, sample(i), due, 1);
        }
        System.out.println("pushed " + count);
        Thread.currentThread().join();
    }
}
