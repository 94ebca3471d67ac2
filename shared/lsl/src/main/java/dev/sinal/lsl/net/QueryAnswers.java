package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Answers discovery queries for our outlets. A reply is ten times its query and goes to a port of the asker's choice, so replies are
 * limited per source (not for this machine, which cannot be flooded from outside), and privileged ports are never answered.
 */
final class QueryAnswers {
    private static final int REPLIES_PER_SECOND = 500;
    private static final int MAX_SOURCES = 1_024;
    private static final int LOWEST_PORT = 1_024;

    private final LslConfig config;
    private final Counters counters;
    private final Map<String, int[]> repliesBySource = new LinkedHashMap<>();
    private long second;

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
        String asker = packet.sender().hostAddress();
        for (ServedOutlet outlet : outlets) {
            if (!outlet.matches(query.predicate())) {
                continue;
            }
            if (query.returnPort() < LOWEST_PORT || tooMany(asker)) {
                counters.queriesRefused.increment();
                return;
            }
            counters.queriesAnswered.increment();
            byte[] reply = new DiscoveryMessage.Reply(query.id(), outlet.shortInfo()).encode();
            socket.send(Buffer.buffer(reply), query.returnPort(), asker).onFailure(gone -> {});
        }
    }

    private boolean tooMany(String source) {
        if (source.startsWith("127.")) {
            return false;
        }
        long now = System.nanoTime() / 1_000_000_000L;
        if (now != second || repliesBySource.size() > MAX_SOURCES) {
            second = now;
            repliesBySource.clear();
        }
        return ++repliesBySource.computeIfAbsent(source, first -> new int[1])[0] > REPLIES_PER_SECOND;
    }
}
