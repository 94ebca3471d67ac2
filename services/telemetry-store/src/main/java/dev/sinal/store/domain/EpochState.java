package dev.sinal.store.domain;

/** What the database says of an epoch. @param committedSeq every sample up to this one is stored */
public record EpochState(long fence, long committedSeq) {}
