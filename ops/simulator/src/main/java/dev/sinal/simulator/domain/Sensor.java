package dev.sinal.simulator.domain;

import java.util.List;

/** A simulated device: what it calls itself, when its samples are due, and what they are. Times are seconds since the simulation began. */
public sealed interface Sensor permits RegularSensor, MarkerSensor {
    /** Short name, last part of the source id: {@code eeg}. */
    String id();

    String streamName();

    /** LSL content type: {@code EEG}. */
    String type();

    /** Samples per second, 0 = irregular. */
    double rateHz();

    List<Channel> channels();

    /** When sample {@code index} is due. */
    double secondsOf(long index);

    /** How many samples are due by then, the one due exactly then included; 0 before the first. */
    long dueBy(double seconds);

    /** Row-major values of consecutive samples: {@code float[]} of a {@link RegularSensor}, {@code String[]} of a {@link MarkerSensor}. */
    Object values(long from, int count);
}
