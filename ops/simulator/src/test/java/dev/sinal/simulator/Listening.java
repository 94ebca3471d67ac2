package dev.sinal.simulator;

import dev.sinal.lsl.InletListener;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.util.ArrayList;
import java.util.List;

/** Keeps what an inlet hears. */
public final class Listening implements InletListener {
    private final List<SampleBatch> batches = new ArrayList<>();
    private String trouble = "";

    @Override
    public synchronized void opened(StreamInfo full, boolean recovered) {
        trouble = recovered ? "recovered" : trouble;
    }

    @Override
    public synchronized void samples(SampleBatch batch) {
        batches.add(batch);
    }

    @Override
    public synchronized void lost(String reason) {
        trouble = reason;
    }

    @Override
    public synchronized void failed(LslException error) {
        trouble = error.getMessage();
    }

    public synchronized String trouble() {
        return trouble;
    }

    public synchronized List<Double> stamps() {
        List<Double> stamps = new ArrayList<>();
        batches.forEach(batch -> {
            for (double stamp : batch.stamps()) {
                stamps.add(stamp);
            }
        });
        return stamps;
    }

    /** How long after their last sample was due the batches came, seconds. */
    public synchronized List<Double> delays() {
        return batches.stream()
                .map(batch -> batch.receivedAt() - batch.stamp(batch.size() - 1))
                .toList();
    }

    /** Row-major, as text: floats in Java's shortest decimal. */
    public synchronized List<String> values() {
        List<String> values = new ArrayList<>();
        batches.forEach(batch -> {
            for (int i = 0; i < batch.size(); i++) {
                for (int c = 0; c < batch.channels(); c++) {
                    values.add(batch.stringAt(i, c));
                }
            }
        });
        return values;
    }
}
