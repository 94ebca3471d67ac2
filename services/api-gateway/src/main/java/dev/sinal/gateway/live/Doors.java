package dev.sinal.gateway.live;

import dev.sinal.gateway.auth.Principal;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Who is in: bounds the connections, all and of one subject. */
final class Doors {
    private final LiveLimits limits;
    private final Map<String, Integer> subjects = new HashMap<>();
    private final Map<Object, AtomicInteger> inside = new IdentityHashMap<>();

    Doors(LiveLimits limits) {
        this.limits = limits;
    }

    boolean full() {
        return inside.size() >= limits.sockets();
    }

    /** @param gauge counts this kind of connection */
    void open(Object connection, AtomicInteger gauge) {
        if (inside.put(connection, gauge) == null) {
            gauge.incrementAndGet();
        }
    }

    /** @return false when the subject has as many as it may */
    boolean enter(String subject) {
        if (subjects.getOrDefault(subject, 0) >= limits.socketsPerSubject()) {
            return false;
        }
        subjects.merge(subject, 1, Integer::sum);
        return true;
    }

    /** Once per connection; further calls do nothing. @param entered whom {@link #enter} let in */
    void leave(Object connection, @Nullable Principal entered) {
        AtomicInteger gauge = inside.remove(connection);
        if (gauge == null) {
            return;
        }
        gauge.decrementAndGet();
        if (entered != null) {
            subjects.computeIfPresent(entered.subject(), (subject, open) -> open == 1 ? null : open - 1);
        }
    }

    Set<Object> inside() {
        return Collections.unmodifiableSet(inside.keySet());
    }
}
