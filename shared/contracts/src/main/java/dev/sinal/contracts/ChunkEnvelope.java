package dev.sinal.contracts;

/**
 * What the store needs to keep a chunk without asking anybody: it creates missing rows from this.
 *
 * @param node name of the collecting node
 * @param fence of the lease under which the epoch was opened
 * @param epoch see {@link EpochIds}
 * @param stream of this epoch; changed labels, order or units open another epoch
 */
public record ChunkEnvelope(String node, long fence, long epoch, StreamDescriptor stream) {}
