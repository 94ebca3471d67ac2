package dev.sinal.lsl.net;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one outlet, up to a limit. When it is reached, a new one takes the place of the oldest that does not read a feed
 * yet, so that those who connect and say nothing cannot keep others out.
 */
final class OutletClients {
    private final Set<OutletConnection> all = new HashSet<>();
    private final Set<OutletConnection> undecided = new LinkedHashSet<>();

    /** Lets it in if it can; returns who is to be closed for that: nobody, another, or itself. */
    synchronized @Nullable OutletConnection admit(OutletConnection connection, int most) {
        OutletConnection oldest = null;
        if (all.size() >= most) {
            Iterator<OutletConnection> each = undecided.iterator();
            if (!each.hasNext()) {
                return connection;
            }
            oldest = each.next();
            each.remove();
            all.remove(oldest);
        }
        all.add(connection);
        undecided.add(connection);
        return oldest;
    }

    synchronized void settled(OutletConnection connection) {
        undecided.remove(connection);
    }

    synchronized void left(OutletConnection connection) {
        all.remove(connection);
        undecided.remove(connection);
    }
}
