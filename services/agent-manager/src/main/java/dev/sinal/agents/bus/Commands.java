package dev.sinal.agents.bus;

import dev.sinal.agents.domain.Agent;
import dev.sinal.agents.domain.Lifecycle;
import dev.sinal.agents.domain.Refusal;
import dev.sinal.agents.sql.AgentTable;
import dev.sinal.agents.sql.AgentTable.Action;
import dev.sinal.agents.sql.AgentTable.Found;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Commands of users as rows, with their audit. Whoever loses a race against another command or a report reads again. */
final class Commands {
    private static final int TRIES = 8;

    private final Vertx vertx;
    private final AgentTable table;
    private final StatusNews news;
    private final Awaited awaited;
    private final int maxAgents;

    Commands(Vertx vertx, AgentTable table, StatusNews news, Awaited awaited, int maxAgents) {
        this.vertx = vertx;
        this.table = table;
        this.news = news;
        this.awaited = awaited;
        this.maxAgents = maxAgents;
    }

    /** @param created it did not exist before */
    record Started(Agent agent, boolean created) {}

    Future<Started> start(String id, @Nullable AgentSpec spec, @Nullable String author) {
        return start(id, spec, author, TRIES);
    }

    private Future<Started> start(String id, @Nullable AgentSpec spec, @Nullable String author, int tries) {
        return table.find(id).compose(found -> {
            Agent before = found.agent();
            if (spec == null && (before == null || before.removed())) {
                throw Refusal.notFound(id);
            }
            if (before == null) {
                return create(found, id, Objects.requireNonNull(spec), author, tries);
            }
            Agent after = Lifecycle.start(before, spec, found.now());
            if (after.equals(before)) {
                return Future.succeededFuture(new Started(before, false));
            }
            Action action = after.spec().equals(before.spec()) ? Action.STARTED : Action.RESPECIFIED;
            return table.command(after, action, author).compose(done -> {
                if (done) {
                    tell(before, after);
                    return Future.succeededFuture(new Started(after, false));
                }
                return again(tries, () -> start(id, spec, author, tries - 1));
            });
        });
    }

    private Future<Started> create(Found found, String id, AgentSpec spec, @Nullable String author, int tries) {
        Agent born = Lifecycle.create(id, spec, found.lastGeneration() + 1, found.now());
        return table.insert(born, author, maxAgents).compose(done -> {
            if (done) {
                tell(null, born);
                return Future.succeededFuture(new Started(born, true));
            }
            return table.find(id).compose(now -> {
                if (now.agent() == null) {
                    return RpcError.CONFLICT.<Started>fail(
                            "there are " + maxAgents + " agents, which is the limit; remove one first",
                            new JsonObject().put("limit", maxAgents));
                }
                return again(tries, () -> start(id, spec, author, tries - 1));
            });
        });
    }

    Future<Agent> stop(String id, @Nullable String author) {
        return change(id, Action.STOPPED, author, Lifecycle::stop, TRIES);
    }

    /** The agent as it is left behind, marked as removed. */
    Future<Agent> remove(String id, @Nullable String author) {
        return change(id, Action.REMOVED, author, Lifecycle::remove, TRIES);
    }

    /** Has a running agent collected by another node; it goes on where it is until that has taken over. */
    Future<Agent> move(String id, String node, @Nullable String author) {
        return change(id, Action.MOVED, author, (agent, now) -> Lifecycle.move(agent, node), TRIES);
    }

    private interface Step {
        Agent of(Agent agent, long now);
    }

    private Future<Agent> change(String id, Action action, @Nullable String author, Step step, int tries) {
        return table.find(id).compose(found -> {
            Agent before = found.agent();
            if (before == null || before.removed()) {
                throw Refusal.notFound(id);
            }
            Agent after = step.of(before, found.now());
            if (after.equals(before)) {
                return Future.succeededFuture(before);
            }
            return table.command(after, action, author).compose(done -> {
                if (done) {
                    tell(before, after);
                    return Future.succeededFuture(after);
                }
                return again(tries, () -> change(id, action, author, step, tries - 1));
            });
        });
    }

    private static <T> Future<T> again(int tries, Supplier<Future<T>> attempt) {
        return tries > 1
                ? attempt.get()
                : RpcError.UNAVAILABLE.fail("too many commands for this agent at once; try again");
    }

    private void tell(@Nullable Agent before, Agent after) {
        news.tell(before, after);
        awaited.changed(after);
        vertx.eventBus().publish(Addresses.AGENTS_CHANGED, new JsonObject().put("agent_id", after.id()));
    }
}
