package dev.sinal.lsl.jna;

import static org.awaitility.Awaitility.await;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers everything an inlet says. */
final class Received implements InletListener {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<StreamInfo> infos = new CopyOnWriteArrayList<>();
    final List<ClockProbe> probes = new CopyOnWriteArrayList<>();
    private static final long LONGEST_NANOS = 20_000_000_000L;
    private final List<SampleBatch> batches = new ArrayList<>();
    private int count;
    private int taken;

    @Override
    public void opened(StreamInfo full, boolean recovered) {
        infos.add(full);
        events.add(recovered ? "recovered" : "opened");
    }

    @Override
    public synchronized void samples(SampleBatch batch) {
        batches.add(batch);
        count += batch.size();
        notifyAll();
    }

    @Override
    public void lost(String reason) {
        events.add("lost");
    }

    @Override
    public void probe(ClockProbe probe) {
        probes.add(probe);
    }

    @Override
    public void failed(LslException error) {
        events.add("failed: " + error.getMessage());
    }

    @Override
    public void closed() {
        events.add("closed");
    }

    synchronized int count() {
        return count;
    }

    Received isOpen() {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !infos.isEmpty());
        return this;
    }

    /** The next n samples, one by one, as soon as they are there; at most 20 s. */
    synchronized List<SampleBatch> next(int n) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (count < taken + n) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("expected " + n + " more samples after " + taken + ", there are " + count);
            }
            wait(left);
        }
        List<SampleBatch> samples = new ArrayList<>(n);
        int at = 0;
        for (SampleBatch batch : batches) {
            for (int i = 0; i < batch.size(); i++, at++) {
                if (at >= taken && at < taken + n) {
                    samples.add(batch.part(i, i + 1));
                }
            }
        }
        taken += n;
        return samples;
    }
}
