package dev.sinal.agents.bus;

import dev.sinal.agents.domain.CollectingNode;
import dev.sinal.agents.domain.Refusal;
import dev.sinal.agents.sql.NodeTable;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.DrainRequest;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.NodeStatus;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What users want of collecting nodes. A wish is a row; the nodes do it, and say so in their reports. */
final class Nodes {
    private static final long LOOK_MS = 300;

    private final Vertx vertx;
    private final NodeTable table;
    private final LogOutbox logs;

    Nodes(Vertx vertx, NodeTable table, LogOutbox logs) {
        this.vertx = vertx;
        this.table = table;
        this.logs = logs;
    }

    Future<List<CollectingNode>> list() {
        return table.list();
    }

    /** The one of that name that was seen last. */
    Future<CollectingNode> find(String name) {
        return table.list()
                .map(all -> all.stream()
                        .filter(one -> one.node().equals(name))
                        .reduce((older, newer) -> newer)
                        .orElseThrow(() -> Refusal.noNode(name, names(all))));
    }

    private static List<String> names(List<CollectingNode> all) {
        return all.stream().map(CollectingNode::node).distinct().limit(20).toList();
    }

    /** Fails unless agents may be given to it. */
    Future<CollectingNode> taking(String name) {
        return find(name).map(node -> {
            if (!node.state().equals(NodeStatus.ACTIVE)) {
                throw Refusal.conflict("node '" + name + "' is " + node.state() + " and takes no agents");
            }
            return node;
        });
    }

    /** Writes the wish down. */
    Future<CollectingNode> wish(DrainRequest request) {
        String name = request.node();
        return find(name).compose(node -> {
            if (!request.drain()) {
                return table.undrain(name, request.author())
                        .onSuccess(done -> tell(request))
                        .compose(done -> find(name));
            }
            if (node.gone()) {
                return Future.failedFuture(
                        Refusal.conflict("node '" + name + "' is gone; it has no agents to hand over"));
            }
            return table.drain(name, request.author()).compose(done -> {
                if (!done) {
                    return Future.failedFuture(Refusal.conflict(
                            "no other node is there to take the agents of '" + name + "'; start one first"));
                }
                if (!node.wished()) {
                    tell(request);
                }
                return find(name);
            });
        });
    }

    private void tell(DrainRequest request) {
        vertx.eventBus().publish(Addresses.AGENTS_CHANGED, new JsonObject().put("node", request.node()));
        String what = request.drain() ? " hands its agents over and takes none" : " takes agents again";
        JsonObject data = new JsonObject().put("node", request.node()).put("drain", request.drain());
        if (request.author() != null) {
            data.put("author", request.author());
        }
        logs.add(new LogEntry(
                null, null, UtcNanos.now(), "info", "agent-manager", "node " + request.node() + what, data));
    }

    /** Looks until it is drained or gone, or the time is over. */
    Future<CollectingNode> drained(CollectingNode last, long deadlineNs) {
        boolean done = last.state().equals(NodeStatus.DRAINED) || last.gone();
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (done || leftMs <= 0) {
            return Future.succeededFuture(last);
        }
        return vertx.timer(Math.min(LOOK_MS, leftMs))
                .compose(passed -> find(last.node()))
                .compose(now -> drained(now, deadlineNs));
    }
}
