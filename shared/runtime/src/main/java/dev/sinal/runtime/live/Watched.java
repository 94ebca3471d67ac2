package dev.sinal.runtime.live;

import java.util.HashMap;
import java.util.Map;

/** Which agents are watched, and until when. Holds at most so many. */
final class Watched {
    private final int most;
    private final Map<String, Long> until = new HashMap<>();

    Watched(int most) {
        this.most = most;
    }

    /** A renewal never shortens. @param now monotonic, ns @return false when so many other agents are watched */
    boolean watch(String agentId, long now, long forNs) {
        Long known = until.get(agentId);
        if (known == null && until.size() >= most) {
            forget(now);
            if (until.size() >= most) {
                return false;
            }
        }
        long end = now + forNs;
        until.put(agentId, known != null && known - end > 0 ? known : end);
        return true;
    }

    boolean contains(String agentId, long now) {
        if (until.isEmpty()) {
            return false;
        }
        Long end = until.get(agentId);
        return end != null && end - now > 0;
    }

    /** Drops those whose time is over. */
    void forget(long now) {
        until.values().removeIf(end -> end - now <= 0);
    }

    int size() {
        return until.size();
    }
}
