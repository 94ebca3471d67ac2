package dev.sinal.ingest.net;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.domain.Moment;
import dev.sinal.lsl.LslClock;

/** Reads both clocks of this machine as one. */
final class Clocks {
    private static final double TOGETHER_S = 200e-6;

    private Clocks() {}

    /** A pause between the two readings would look like a jump of the wall clock, so such a pair is read again. */
    static Moment now() {
        double before = LslClock.now();
        for (int attempt = 0; ; attempt++) {
            long utc = UtcNanos.now();
            double after = LslClock.now();
            if (after - before <= TOGETHER_S || attempt == 3) {
                return new Moment((before + after) / 2, utc);
            }
            before = after;
        }
    }
}
