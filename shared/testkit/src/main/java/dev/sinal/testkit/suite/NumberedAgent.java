package dev.sinal.testkit.suite;

import dev.sinal.lsl.LslConfig;
import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;

/** An agent that collects one numbered outlet, and the account of its samples. */
public final class NumberedAgent {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
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

    /** As things are now. */
    public SampleAccount account(SuiteClient client) throws IOException, InterruptedException {
        return SampleAccount.of(client.rows(id), client.gaps(id), TOLERANCE_NS, TOLERANCE_SAMPLES);
    }

    /** Waits until the account balances: a log left behind by a dead node is sent after its next start. @return the last account, balanced or not */
    public SampleAccount awaitAccount(SuiteClient client) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        SampleAccount account = account(client);
        while (!account.balances() && System.nanoTime() < deadline) {
            Thread.sleep(POLL.toMillis());
            account = account(client);
        }
        return account;
    }
}
