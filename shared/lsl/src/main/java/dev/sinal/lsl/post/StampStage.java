package dev.sinal.lsl.post;

/** One step of post-processing. Not safe for several threads; allocates nothing. */
public interface StampStage {
    /** Replaces the stamps {@code from} to {@code to}, the last not included, by processed ones. They must come in the order of the samples. */
    void process(double[] stamps, int from, int to);

    /** Forgets everything learnt so far: the next stamp is treated as the first. */
    void reset();
}
