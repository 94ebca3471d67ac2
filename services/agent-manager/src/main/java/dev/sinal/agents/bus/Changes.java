package dev.sinal.agents.bus;

import dev.sinal.agents.domain.Agent;
import dev.sinal.agents.sql.AgentTable;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes what follows from reports and from silence, and tells of it; whoever loses a race looks again. */
final class Changes {
    private static final int TRIES = 4;

    private final AgentTable table;
    private final StatusNews news;
    private final Awaited awaited;

    Changes(AgentTable table, StatusNews news, Awaited awaited) {
        this.table = table;
        this.news = news;
        this.awaited = awaited;
    }

    /** One step of one agent. The same value means no change. */
    interface Step {
        Agent of(Agent agent, long now);

        /** Whether the row may go. */
        default boolean ends(Agent agent, long now) {
            return false;
        }
    }

    /** @return how many agents took the step */
    Future<Integer> apply(Set<String> ids, Step step) {
        return apply(new TreeSet<>(ids), step, TRIES);
    }

    private Future<Integer> apply(Set<String> ids, Step step, int tries) {
        if (ids.isEmpty() || tries == 0) {
            return Future.succeededFuture(0);
        }
        return table.find(ids).compose(found -> {
            Map<String, Agent> before = new HashMap<>();
            List<Agent> after = new ArrayList<>();
            List<Agent> ended = new ArrayList<>();
            for (Agent agent : found.agents()) {
                Agent next = step.of(agent, found.now());
                before.put(agent.id(), agent);
                if (step.ends(next, found.now())) {
                    ended.add(next);
                } else if (!next.equals(agent)) {
                    after.add(next);
                }
            }
            return write(before, after, ended).compose(done -> {
                Set<String> lost = new TreeSet<>();
                after.forEach(agent -> lost.add(agent.id()));
                ended.forEach(agent -> lost.add(agent.id()));
                lost.removeAll(done);
                return apply(lost, step, tries - 1).map(more -> done.size() + more);
            });
        });
    }

    private Future<Set<String>> write(Map<String, Agent> before, List<Agent> after, List<Agent> ended) {
        Set<String> done = new TreeSet<>();
        return table.update(after)
                .onSuccess(written -> written.forEach(agent -> {
                    done.add(agent.id());
                    news.tell(before.get(agent.id()), agent);
                    awaited.changed(agent);
                }))
                .compose(written -> delete(ended, 0, done))
                .map(nothing -> done);
    }

    /** One after the other: there are hardly ever two. */
    private Future<Void> delete(List<Agent> ended, int at, Set<String> done) {
        if (at == ended.size()) {
            return Future.succeededFuture();
        }
        Agent agent = ended.get(at);
        return table.delete(agent).compose(deleted -> {
            if (deleted) {
                done.add(agent.id());
                awaited.gone(agent.id());
            }
            return delete(ended, at + 1, done);
        });
    }
}
