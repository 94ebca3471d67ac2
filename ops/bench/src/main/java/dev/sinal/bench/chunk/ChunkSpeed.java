package dev.sinal.bench.chunk;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Bytes per value and million values a second, in and out, of every codec on signals like those of instruments, beside copying the
 * values and beside shuffled DEFLATE, all on one thread of one run. Rates count the processor time of that thread alone.
 *
 * <p>Arguments: seconds for each figure (0.5), and names of signals (all).
 */
public final class ChunkSpeed {
    private static final int HOT = 250;
    private static final int PACKED = 10_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ChunkSpeed() {}

    private record Signal(String name, SampleBlock block, int[] sizes) {
        boolean isText() {
            return block.column(0).format().isText();
        }
    }

    public static void main(String[] args) {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 0.5;
        List<String> names = args.length > 1 ? Arrays.asList(args).subList(1, args.length) : List.of();
        int[] both = {HOT, PACKED};
        List<Signal> signals = List.of(
                new Signal("w1", Signals.eeg(64, PACKED, Signals.EEG_STEP, 1), both),
                new Signal("full-float32", Signals.eeg(64, PACKED, 0, 2), both),
                new Signal("int16", Signals.int16(64, PACKED, 3), both),
                new Signal("vitals-double64", Signals.vitals(3600, 4), new int[] {60, 3600}),
                new Signal("markers", Signals.markers(PACKED, 5), both));
        System.out.printf(
                "%-16s %-18s %7s %7s %9s %9s%n", "signal", "codec", "samples", "B/value", "in Mv/s", "out Mv/s");
        for (Signal signal : signals) {
            if (names.isEmpty() || names.contains(signal.name)) {
                for (int size : signal.sizes) {
                    measure(signal, size, seconds);
                }
            }
        }
    }

    private static void measure(Signal signal, int size, double seconds) {
        List<SampleBlock> blocks = new ArrayList<>();
        for (int from = 0; from + size <= signal.block.size(); from += size) {
            blocks.add(signal.block.slice(from, from + size));
        }
        if (!signal.isText()) {
            Limits limits = new Limits(blocks);
            report(
                    signal,
                    size,
                    "copy",
                    limits.plainBytes(),
                    run(blocks, seconds, limits::copy),
                    run(blocks, seconds, limits::copy));
            double in = run(blocks, seconds, limits::deflate);
            report(
                    signal,
                    size,
                    "shuffle+deflate-1",
                    limits.deflatedBytes(),
                    in,
                    run(blocks, seconds, limits::inflate));
        }
        codec(signal, size, "raw", Codecs.RAW, blocks, seconds);
        codec(signal, size, "compress", Codecs.COMPRESS, blocks, seconds);
        codec(signal, size, "compress, learning", Codecs.COMPRESS.learning(), blocks, seconds);
        codec(signal, size, "compact, learning", Codecs.COMPACT.learning(), blocks, seconds);
    }

    private static void codec(
            Signal signal, int size, String name, Codecs codecs, List<SampleBlock> blocks, double seconds) {
        byte[][] chunks = new byte[blocks.size()][];
        double in = run(blocks, seconds, b -> chunks[b] = ChunkEncoder.encode(blocks.get(b), codecs));
        double out = run(blocks, seconds, b -> ChunkDecoder.decode(chunks[b]));
        long bytes = 0;
        for (int b = 0; b < chunks.length; b++) {
            if (!ChunkDecoder.decode(chunks[b]).equals(blocks.get(b))) {
                throw new IllegalStateException(name + " changed " + signal.name);
            }
            bytes += chunks[b].length;
        }
        report(signal, size, name, bytes, in, out);
    }

    private static void report(Signal signal, int size, String name, long bytes, double in, double out) {
        long values = (long) (signal.block.size() / size * size)
                * signal.block.columns().size();
        System.out.printf(
                Locale.ROOT,
                "%-16s %-18s %7d %7.3f %9.1f %9.1f%n",
                signal.name,
                name,
                size,
                (double) bytes / values,
                in,
                out);
    }

    /**
     * Million values a second of processor time, which other work on the machine disturbs least: the median of rounds over all blocks,
     * after as long a time to warm up.
     */
    private static double run(List<SampleBlock> blocks, double seconds, IntConsumer work) {
        long values = 0;
        for (SampleBlock block : blocks) {
            values += (long) block.size() * block.columns().size();
        }
        long warm = System.nanoTime() + (long) (seconds * 1e9);
        do {
            round(blocks, work);
        } while (System.nanoTime() < warm);
        List<Double> rates = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            rates.add(values / 1e6 / round(blocks, work));
        } while (System.nanoTime() < end);
        rates.sort(null);
        return rates.get(rates.size() / 2);
    }

    private static double round(List<SampleBlock> blocks, IntConsumer work) {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int b = 0; b < blocks.size(); b++) {
            work.accept(b);
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    }
}
