package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Answers discovery queries for our outlets. A reply is ten times its query and goes to a port of the asker's choice, so replies are
 * limited per source and in all, as are queries (not for this machine, which cannot be flooded from outside), copies of a query that came by another
 * group are answered once, and privileged ports are never answered.
 */
final class QueryAnswers {
    private static final int REPLIES = 0;
    private static final int QUERIES = 1;
    private static final int REPLIES_PER_SOURCE = 500;
    private static final int QUERIES_PER_SOURCE = 1_000;
    private static final int REPLIES_PER_SECOND = 5_000;
    private static final int MAX_SOURCES = 1_024;
    private static final int MAX_RECENT = 4_096;
    private static final int LOWEST_PORT = 1_024;

    /** Shorter than the time between two waves of any search. */
    private static final long COPY_NANOS = 50_000_000L;

    private final LslConfig config;
    private final Counters counters;
    private final Map<String, int[]> countsBySource = new HashMap<>();
    private final Map<Asked, Long> recent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Long> eldest) {
            return size() > MAX_RECENT;
        }
    };
    private long second;
    private int repliesThisSecond;

    /** A question to all outlets of a socket. */
    private record Asked(DatagramSocket socket, String asker, int port, String id, int predicate) {}

    QueryAnswers(LslConfig config, Counters counters) {
        this.config = config;
        this.counters = counters;
    }

    void answer(DatagramSocket socket, DatagramPacket packet, Collection<ServedOutlet> outlets) {
        DiscoveryMessage.Query query;
        try {
            query = DiscoveryMessage.Query.decode(packet.data().getBytes(), config.limits());
        } catch (LslProtocolException malformed) {
            counters.queriesRefused.increment();
            return;
        }
        String asker = Addresses.text(packet.sender());
        if (isCopy(new Asked(
                socket, asker, query.returnPort(), query.id(), query.predicate().hashCode()))) {
            counters.queriesRepeated.increment();
            return;
        }
        if (tooMany(asker, QUERIES, QUERIES_PER_SOURCE)) {
            counters.queriesRefused.increment();
            return;
        }
        for (ServedOutlet outlet : outlets) {
            if (!outlet.matches(query.predicate())) {
                continue;
            }
            if (query.returnPort() < LOWEST_PORT || tooMany(asker, REPLIES, REPLIES_PER_SOURCE)) {
                counters.queriesRefused.increment();
                return;
            }
            counters.queriesAnswered.increment();
            byte[] reply = new DiscoveryMessage.Reply(query.id(), outlet.shortInfo()).encode();
            socket.send(Buffer.buffer(reply), query.returnPort(), asker).onFailure(gone -> {});
        }
    }

    private boolean isCopy(Asked asked) {
        long now = System.nanoTime();
        Long before = recent.get(asked);
        if (before != null && now - before < COPY_NANOS) {
            return true;
        }
        recent.put(asked, now);
        return false;
    }

    private boolean tooMany(String asker, int what, int perSource) {
        if (Addresses.isLoopback(asker)) {
            return false;
        }
        long now = System.nanoTime() / 1_000_000_000L;
        if (now != second || countsBySource.size() > MAX_SOURCES) {
            repliesThisSecond = now == second ? repliesThisSecond : 0;
            second = now;
            countsBySource.clear();
        }
        int ofSource = ++countsBySource.computeIfAbsent(source(asker), first -> new int[2])[what];
        return ofSource > perSource || (what == REPLIES && ++repliesThisSecond > REPLIES_PER_SECOND);
    }

    /** A host has a whole /64 of IPv6 addresses to ask from. */
    private static String source(String asker) {
        if (!Addresses.isIpv6(asker)) {
            return asker;
        }
        int end = -1;
        for (int part = 0; part < 4; part++) {
            end = asker.indexOf(':', end + 1);
        }
        return asker.substring(0, Math.max(0, end));
    }
}
