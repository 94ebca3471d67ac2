package dev.sinal.simulator.domain;

/**
 * @param label name of the channel, e.g. {@code C3}
 * @param unit unit of its values, empty for text
 * @param type content type, e.g. {@code EEG}
 */
public record Channel(String label, String unit, String type) {}
