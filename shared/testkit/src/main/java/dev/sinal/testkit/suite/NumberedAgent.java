package dev.sinal.testkit.suite;

import dev.sinal.lsl.LslConfig;
import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** An agent that collects one numbered outlet, and the account of its samples. */
public final class NumberedAgent {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SETTLED = Duration.ofSeconds(60);
    private static final long ENOUGH = 100;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long TOLERANCE_NS = 50_000_000;
    private static final long TOLERANCE_SAMPLES = 3;

    private final String id;

    public NumberedAgent(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public String sourceId() {
        return "numbered-" + id;
    }

    /** Its outlet, in this process. */
    public NumberedOutlet outlet(LslConfig config, double rateHz) throws Exception {
        return NumberedOutlet.start(config, "Numbered " + id, sourceId(), rateHz);
    }

    /** Defines and starts it; waits until it runs. */
    public JsonObject start(SuiteClient client) throws IOException, InterruptedException {
        JsonObject stream =
                new JsonObject().put("query", "source_id='" + sourceId() + "'").put("name", "numbers");
        JsonObject answer = client.post(
                "/agents/start",
                new JsonObject()
                        .put("agent_id", id)
                        .put("wait_s", 60)
                        .put("require", "running")
                        .put("spec", new JsonObject().put("kind", "lsl").put("streams", new JsonArray().add(stream)))
                        .encode());
        if (!"started".equals(answer.getString("status"))) {
            throw new IllegalStateException(answer.encode());
        }
        return answer;
    }

    /** Stops it and waits until everything accepted is committed. */
    public JsonObject stop(SuiteClient client) throws IOException, InterruptedException {
        return client.post(
                "/agents/stop",
                new JsonObject().put("agent_id", id).put("wait_s", 60).encode());
    }

    /** Waits until so many more samples are committed than now; a gateway or store that is away meanwhile does no harm. */
    public void awaitMore(SuiteClient client, long samples) {
        long before = Awaitility.await("count of " + id)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .ignoreExceptions()
                .until(() -> client.stored(id), count -> true);
        awaitStored(client, before + samples);
    }

    public void awaitStored(SuiteClient client, long samples) {
        Awaitility.await(samples + " committed samples of " + id)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .ignoreExceptions()
                .until(() -> client.stored(id) >= samples);
    }

    /** The node that collects it, once it is running there; any other than {@code not}. */
    public String awaitNodeOtherThan(SuiteClient client, String not) {
        return Awaitility.await(id + " runs elsewhere than on " + not)
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .ignoreExceptions()
                .until(() -> runningOn(client), node -> !node.isEmpty() && !node.equals(not));
    }

    /** The node that collects it; empty when it does not run. */
    public String runningOn(SuiteClient client) throws IOException, InterruptedException {
        JsonObject status = client.status(id);
        return "running".equals(status.getString("state")) ? status.getString("node", "") : "";
    }

    /**
     * Waits until a single epoch grows: whatever statuses say, one node collects. What a node that was cut off had kept is sent first, which makes
     * its epoch grow for a while.
     */
    public void awaitOneCollector(SuiteClient client) {
        Map<Long, Long> before = new ConcurrentHashMap<>();
        Awaitility.await("one epoch of " + id + " grows")
                .atMost(PATIENCE)
                .pollInterval(POLL)
                .ignoreExceptions()
                .until(() -> {
                    Map<Long, Long> now = committed(client);
                    if (before.isEmpty()) {
                        before.putAll(now);
                        return false;
                    }
                    List<Long> growth = now.entrySet().stream()
                            .map(epoch -> epoch.getValue() - before.getOrDefault(epoch.getKey(), 0L))
                            .filter(more -> more > 0)
                            .toList();
                    if (growth.stream().mapToLong(more -> more).sum() < ENOUGH) {
                        return false;
                    }
                    before.putAll(now);
                    return growth.size() == 1;
                });
    }

    /** Samples of each epoch. */
    private Map<Long, Long> committed(SuiteClient client) throws IOException, InterruptedException {
        Map<Long, Long> result = new HashMap<>();
        JsonArray streams = client.get("/streams?agent_id=" + id).getJsonArray("streams");
        for (int i = 0; i < streams.size(); i++) {
            JsonArray epochs = client.get("/streams/" + streams.getJsonObject(i).getString("id") + "/epochs")
                    .getJsonArray("epochs");
            for (int k = 0; k < epochs.size(); k++) {
                JsonObject epoch = epochs.getJsonObject(k);
                result.put(epoch.getLong("epoch"), epoch.getLong("committed_seq"));
            }
        }
        return result;
    }

    /** Samples that its streams' ledgers call accepted. */
    public long accepted(SuiteClient client) throws IOException, InterruptedException {
        JsonArray streams = client.get("/streams?agent_id=" + id).getJsonArray("streams");
        long accepted = 0;
        for (int i = 0; i < streams.size(); i++) {
            accepted += client.get("/streams/" + streams.getJsonObject(i).getString("id") + "/ledger")
                    .getLong("accepted", 0L);
        }
        return accepted;
    }

    /** As things are now. */
    public SampleAccount account(SuiteClient client) throws IOException, InterruptedException {
        return SampleAccount.of(client.rows(id), client.gaps(id), TOLERANCE_NS, TOLERANCE_SAMPLES);
    }

    /**
     * Waits until the account balances: what a dead node left in its log is sent after its next start.
     *
     * @return the last account, balanced or not
     */
    public SampleAccount awaitBalance(SuiteClient client) {
        List<SampleAccount> made = new CopyOnWriteArrayList<>();
        try {
            Awaitility.await("the account of " + id)
                    .atMost(SETTLED)
                    .pollInterval(POLL)
                    .ignoreExceptions()
                    .until(() -> {
                        SampleAccount account = account(client);
                        made.add(account);
                        return account.balances();
                    });
        } catch (ConditionTimeoutException e) {
            if (made.isEmpty()) {
                throw e;
            }
        }
        return made.get(made.size() - 1);
    }
}
