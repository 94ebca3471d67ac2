package dev.sinal.lsl.jna;

/** Whose implementation stands at one end of a stream. */
enum Side {
    OURS,
    NATIVE;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
