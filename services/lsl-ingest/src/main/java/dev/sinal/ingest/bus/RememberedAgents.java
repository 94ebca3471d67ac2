package dev.sinal.ingest.bus;

import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.log.DurableLog;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node collected last, kept with the log: after a restart collection goes on also when nobody can be asked. */
final class RememberedAgents {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedAgents.class);
    private static final String FACT = "agents";

    private final DurableLog log;
    private String kept = "";

    /** An agent and the fence it was collected under. */
    record Remembered(DesiredAgent agent, long fence) {}

    RememberedAgents(DurableLog log) {
        this.log = log;
    }

    Future<List<Remembered>> load() {
        return log.fact(FACT, "[]").map(text -> {
            List<Remembered> all = new ArrayList<>();
            for (Object item : new JsonArray(text)) {
                if (item instanceof JsonObject json) {
                    all.add(new Remembered(
                            Wire.read(json.getJsonObject("agent"), DesiredAgent.class), json.getLong("fence")));
                }
            }
            return all;
        });
    }

    /** @param fences of those that are held */
    void keep(List<DesiredAgent> agents, Map<String, Long> fences) {
        JsonArray array = new JsonArray();
        for (DesiredAgent agent : agents) {
            Long fence = fences.get(agent.agentId());
            if (agent.running() && fence != null) {
                array.add(new JsonObject().put("agent", Wire.write(agent)).put("fence", fence));
            }
        }
        String text = array.encode();
        if (!text.equals(kept)) {
            kept = text;
            log.keepFact(FACT, text)
                    .onFailure(e -> LOG.warn("the list of agents was not kept error={}", e.getMessage()));
        }
    }
}
