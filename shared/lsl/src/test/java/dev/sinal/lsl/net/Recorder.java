package dev.sinal.lsl.net;

import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.ClockReset;
import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.SuspectStamps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers everything an inlet says. */
public class Recorder implements InletListener {
    public final List<String> events = new CopyOnWriteArrayList<>();
    public final List<StreamInfo> infos = new CopyOnWriteArrayList<>();
    public final List<SampleBatch> batches = new CopyOnWriteArrayList<>();
    public final List<ClockReset> resets = new CopyOnWriteArrayList<>();
    public final List<SuspectStamps> suspects = new CopyOnWriteArrayList<>();
    public final List<ClockProbe> probes = new CopyOnWriteArrayList<>();
    public final List<List<StreamInfo>> duplicates = new CopyOnWriteArrayList<>();
    public final List<String> attempts = new CopyOnWriteArrayList<>();
    public final List<LslProtocolException> warnings = new CopyOnWriteArrayList<>();
    public final List<LslException> failures = new CopyOnWriteArrayList<>();

    @Override
    public void opened(StreamInfo full, boolean recovered) {
        infos.add(full);
        events.add(recovered ? "recovered" : "opened");
    }

    @Override
    public void samples(SampleBatch batch) {
        batches.add(batch);
    }

    @Override
    public void lost(String reason) {
        events.add("lost: " + reason);
    }

    @Override
    public void attemptFailed(String reason) {
        attempts.add(reason);
    }

    @Override
    public void duplicate(List<StreamInfo> candidates) {
        events.add("duplicate: " + candidates.size());
        duplicates.add(candidates);
    }

    @Override
    public void rateChanged(double before, double now) {
        events.add("rate: " + before + " -> " + now);
    }

    @Override
    public void clockReset(ClockReset reset) {
        events.add("clock reset");
        resets.add(reset);
    }

    @Override
    public void stampsSuspect(SuspectStamps found) {
        suspects.add(found);
    }

    @Override
    public void warned(LslProtocolException what) {
        warnings.add(what);
    }

    @Override
    public void probe(ClockProbe probe) {
        probes.add(probe);
    }

    @Override
    public void failed(LslException error) {
        failures.add(error);
        events.add("failed");
    }

    public int count() {
        return batches.stream().mapToInt(SampleBatch::size).sum();
    }

    /** All samples as text, channel by channel. */
    public List<String> texts() {
        List<String> all = new ArrayList<>();
        for (SampleBatch batch : batches) {
            for (int i = 0; i < batch.size(); i++) {
                for (int c = 0; c < batch.channels(); c++) {
                    all.add(batch.stringAt(i, c));
                }
            }
        }
        return all;
    }

    public List<Double> stamps() {
        List<Double> all = new ArrayList<>();
        for (SampleBatch batch : batches) {
            for (double stamp : batch.stamps()) {
                all.add(stamp);
            }
        }
        return all;
    }
}
