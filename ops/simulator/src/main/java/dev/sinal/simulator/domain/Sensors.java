package dev.sinal.simulator.domain;

import java.util.List;

/** Every sensor there is. */
public final class Sensors {
    /** The ids, in the order of {@link #all}. */
    public static final List<String> IDS = List.of("eeg", "ecg", "hr", "temp", "markers");

    static final double HEART_RATE_HZ = 1;
    static final double TEMPERATURE_HZ = 0.2;

    private Sensors() {}

    /** The sensors of one simulated person; heart rate and ECG come from the same beats. */
    public static List<Sensor> all(long seed) {
        HeartBeats beats = new HeartBeats(seed);
        return List.of(
                new RegularSensor("eeg", "Sinal EEG", "EEG", EegSignal.RATE_HZ, eegChannels(), new EegSignal(seed)),
                new RegularSensor(
                        "ecg",
                        "Sinal ECG",
                        "ECG",
                        EcgSignal.RATE_HZ,
                        List.of(new Channel("ecg", "millivolts", "ECG")),
                        new EcgSignal(beats, seed)),
                new RegularSensor(
                        "hr",
                        "Sinal heart rate",
                        "HR",
                        HEART_RATE_HZ,
                        List.of(new Channel("heart_rate", "bpm", "HR")),
                        heartRate(beats)),
                new RegularSensor(
                        "temp",
                        "Sinal temperature",
                        "Temperature",
                        TEMPERATURE_HZ,
                        List.of(new Channel("temperature", "°C", "Temperature")),
                        temperature(seed)),
                new MarkerSensor(seed));
    }

    private static List<Channel> eegChannels() {
        return EegSignal.LABELS.stream()
                .map(label -> new Channel(label, "microvolts", "EEG"))
                .toList();
    }

    /** In tenths of a beat per minute. */
    private static RegularSensor.Signal heartRate(HeartBeats beats) {
        return (from, count, rows) -> {
            for (int i = 0; i < count; i++) {
                rows[i] = (float) (Math.rint(10 * beats.rateAt((from + i) / HEART_RATE_HZ)) / 10);
            }
        };
    }

    /** Body temperature: a slow walk within 36.4 to 37.2 °C, in hundredths. */
    private static RegularSensor.Signal temperature(long seed) {
        Noise hours = new Noise(seed).branch(30);
        Noise minutes = new Noise(seed).branch(31);
        return (from, count, rows) -> {
            for (int i = 0; i < count; i++) {
                double t = (from + i) / TEMPERATURE_HZ;
                double degrees = 36.8 + 0.28 * hours.smooth(t / 1_800) + 0.12 * minutes.smooth(t / 240);
                rows[i] = (float) (Math.rint(100 * degrees) / 100);
            }
        };
    }
}
