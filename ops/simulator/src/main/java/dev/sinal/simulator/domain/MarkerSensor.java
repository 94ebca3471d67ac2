package dev.sinal.simulator.domain;

import java.util.List;

/** The events of an oddball experiment: stimulus, response, stimulus …, 2 to 6 s apart. */
public record MarkerSensor(long seed) implements Sensor {
    private static final double MEAN_GAP_S = 4;
    /** Each marker moves by up to this much, so a gap is 4 s ± 2 s. */
    private static final double SHIFT_S = 1;

    private static final double TARGET_SHARE = 0.2;
    private static final double HIT_SHARE = 0.9;

    @Override
    public String id() {
        return "markers";
    }

    @Override
    public String streamName() {
        return "Sinal markers";
    }

    @Override
    public String type() {
        return "Markers";
    }

    @Override
    public double rateHz() {
        return 0;
    }

    @Override
    public List<Channel> channels() {
        return List.of(new Channel("markers", "", "Markers"));
    }

    @Override
    public double secondsOf(long index) {
        return SHIFT_S + MEAN_GAP_S * index + SHIFT_S * times().signed(index);
    }

    @Override
    public long dueBy(double seconds) {
        long count = Math.max(0, (long) ((seconds - 2 * SHIFT_S) / MEAN_GAP_S));
        while (secondsOf(count) <= seconds) {
            count++;
        }
        return count;
    }

    @Override
    public String[] values(long from, int count) {
        String[] labels = new String[count];
        for (int i = 0; i < count; i++) {
            labels[i] = label(from + i);
        }
        return labels;
    }

    private String label(long index) {
        boolean target = choices().uniform(index - index % 2) < TARGET_SHARE;
        if (index % 2 == 0) {
            return target ? "stimulus/target" : "stimulus/standard";
        }
        boolean right = choices().uniform(index) < HIT_SHARE;
        return target == right ? "response/right" : "response/left";
    }

    private Noise times() {
        return new Noise(seed).branch(50);
    }

    private Noise choices() {
        return new Noise(seed).branch(51);
    }
}
