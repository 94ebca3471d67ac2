package dev.sinal.ingest.domain;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Highest random weight hashing: when a member leaves, only its own streams move. */
public final class Rendezvous {
    private Rendezvous() {}

    /** @return the member for a key; null when there are none */
    public static @Nullable String pick(String key, Collection<String> members) {
        String best = null;
        long bestWeight = 0;
        for (String member : members) {
            long weight = weight(key, member);
            if (best == null || weight > bestWeight || (weight == bestWeight && member.compareTo(best) > 0)) {
                best = member;
                bestWeight = weight;
            }
        }
        return best;
    }

    static long weight(String key, String member) {
        CRC32C crc = new CRC32C();
        crc.update((member + '\0' + key).getBytes(StandardCharsets.UTF_8));
        // CRC is linear, so weights of similar names are related: mix them (finaliser of splitmix64).
        long z = crc.getValue() * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) >>> 1;
    }
}
