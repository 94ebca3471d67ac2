package dev.sinal.contracts;

/** A place in one stream. @param seq 1, 2, 3 … per epoch */
public record Position(long epoch, long seq) {}
