package dev.sinal.contracts.read;

import dev.sinal.contracts.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Heads of answers that were parsed before, by their bytes: pages of the same streams begin alike, and their descriptions are most of what there is to parse. At most
 * {@link #MOST_BYTES} are held; the one that nobody saw for longest goes. Any thread.
 */
final class KnownHeads {
    static final int MOST_BYTES = 2 << 20;
    private static final int MOST_OF_ONE = 64 << 10;

    private final LinkedHashMap<Buffer, ReadOpened> heads = new LinkedHashMap<>(16, 0.75f, true);
    private int bytes;

    /** @throws IllegalArgumentException when it is not a head */
    ReadOpened read(Buffer head) {
        ReadOpened known = find(head);
        if (known != null) {
            return known;
        }
        ReadOpened opened;
        try {
            opened = Wire.read(new JsonObject(head), ReadOpened.class);
        } catch (DecodeException e) {
            throw new IllegalArgumentException("head of a read must be a JSON object", e);
        }
        // One with a cursor is like no other.
        if (opened.cursor() == null && head.length() <= MOST_OF_ONE) {
            keep(head, opened);
        }
        return opened;
    }

    private synchronized @Nullable ReadOpened find(Buffer head) {
        return heads.get(head);
    }

    private synchronized void keep(Buffer head, ReadOpened opened) {
        if (heads.put(head, opened) == null) {
            bytes += head.length();
        }
        Iterator<Buffer> oldest = heads.keySet().iterator();
        while (bytes > MOST_BYTES && oldest.hasNext()) {
            bytes -= oldest.next().length();
            oldest.remove();
        }
    }

    /** Held now. */
    synchronized int bytes() {
        return bytes;
    }
}
