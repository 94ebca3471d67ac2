package dev.sinal.bench.lsl;

/** An outlet of float32 samples whose first channel counts them, modulo {@link Tally#MODULUS}. Used by one thread. */
interface Source {
    /** Whether this many inlets are connected (natives: whether any is). */
    boolean served(int inlets);

    /** Pushes the next samples, stamped now. */
    void push(int samples);

    /** Samples lost for slow consumers, as far as the library counts them. */
    long dropped();
}
