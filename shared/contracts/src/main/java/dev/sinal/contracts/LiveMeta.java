package dev.sinal.contracts;

/** Goes with every live frame, so that a reader needs to ask nobody. @param stream as of this epoch */
public record LiveMeta(String node, long epoch, StreamDescriptor stream) {}
