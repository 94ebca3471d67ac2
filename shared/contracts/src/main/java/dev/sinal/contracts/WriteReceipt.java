package dev.sinal.contracts;

/** @param committed samples that are in the database now */
public record WriteReceipt(long committed) {}
