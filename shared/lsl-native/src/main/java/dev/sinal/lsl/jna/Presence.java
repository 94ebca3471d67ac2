package dev.sinal.lsl.jna;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.net.Predicates;
import dev.sinal.lsl.protocol.QueryPredicate;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Which outlets of a device answer now. Waits, in steps: one is long enough for a wave to groups and one to known peers, and older
 * libraries look at the answers only between waves.
 */
final class Presence {
    private static final double STEP_S = 1.5;
    private static final int STEPS = 2;

    private Presence() {}

    static boolean isThere(KnownStreams known, StreamInfo info, BooleanSupplier giveUp) {
        String predicate = "uid=" + QueryPredicate.quote(info.uid());
        for (int i = 0; i < STEPS && !giveUp.getAsBoolean(); i++) {
            if (!known.resolve(predicate, 1, STEP_S).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The outlet we had, alone; else all others that could be the device, at best one. */
    static List<StreamInfo> ofDevice(KnownStreams known, StreamInfo info, BooleanSupplier giveUp) {
        String predicate = Predicates.forIdentity(info);
        for (int i = 0; i < STEPS && !giveUp.getAsBoolean(); i++) {
            List<StreamInfo> found = known.resolve(predicate, 1, STEP_S).stream()
                    .filter(each -> each.sameIdentity(info))
                    .toList();
            for (StreamInfo each : found) {
                if (each.uid().equals(info.uid())) {
                    return List.of(each);
                }
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }
}
