package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Viewers lose their gateway, by kill -9 and by a stop, and go on at another one: by WebSocket and as event streams, while numbered samples flow. */
final class LiveResumeIT {
    private static final double RATE_HZ = 250;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int RESTART = 1012;

    @TempDir
    Path folder;

    @Test
    void aViewerGoesOnAtAnotherGatewayWithoutAHoleOrARepeat() throws Exception {
        NumberedAgent agent = new NumberedAgent("live");
        try (TestDatabase database = TestDatabase.fresh();
                Cluster cluster = Cluster.prepare(folder, database.uri(), 3, "320m")) {
            cluster.start("core", "telemetry-store", "agent-manager", "lsl-ingest");
            cluster.start("a", "api-gateway").awaitReady();
            cluster.start("b", "api-gateway").awaitReady();
            cluster.node("core").awaitReady();
            try (NumberedOutlet outlet = agent.outlet(cluster.lsl(), RATE_HZ)) {
                agent.start(cluster.client("a"));
                LiveViewer socket = LiveViewer.webSocket(agent.id());
                LiveViewer events = LiveViewer.events(agent.id());
                List<LiveViewer> viewers = List.of(socket, events);
                for (LiveViewer viewer : viewers) {
                    viewer.connect(cluster.client("a"));
                }
                awaitMore(viewers, 500);

                cluster.node("a").kill();
                long whileGone = outlet.sent() + 500;
                Awaitility.await().atMost(PATIENCE).until(() -> outlet.sent() > whileGone);
                for (LiveViewer viewer : viewers) {
                    viewer.awaitEnd();
                    viewer.connect(cluster.client("b"));
                }
                awaitMore(viewers, 1_000);
                cluster.again("a").awaitReady();
                ticketsWorkOnceAtEitherGateway(cluster);

                cluster.node("b").terminate();
                assertThat(socket.awaitEnd()).isEqualTo(RESTART);
                events.awaitEnd();
                for (LiveViewer viewer : viewers) {
                    viewer.connect(cluster.client("a"));
                }
                awaitMore(viewers, 1_000);

                for (LiveViewer viewer : viewers) {
                    List<LiveViewer.Seen> seen = List.copyOf(viewer.seen());
                    for (int i = 1; i < seen.size(); i++) {
                        LiveViewer.Seen before = seen.get(i - 1);
                        assertThat(seen.get(i))
                                .as("sample " + i + " of " + seen.size())
                                .isEqualTo(new LiveViewer.Seen(before.epoch(), before.seq() + 1, before.index() + 1));
                    }
                    assertThat(viewer.gaps()).isEmpty();
                    System.out.println("live resume: " + seen.size()
                            + " samples over three gateways' lives, missing 0, repeated 0");
                }
            } catch (AssertionError | RuntimeException failed) {
                System.out.println(cluster.logs());
                throw failed;
            }
        }
    }

    private static void awaitMore(List<LiveViewer> viewers, int samples) {
        for (LiveViewer viewer : viewers) {
            int until = viewer.seen().size() + samples;
            Awaitility.await(until + " samples")
                    .atMost(PATIENCE)
                    .until(() -> viewer.seen().size() >= until);
        }
    }

    private static void ticketsWorkOnceAtEitherGateway(Cluster cluster) throws Exception {
        for (List<String> way : List.of(List.of("a", "b"), List.of("b", "a"))) {
            JsonObject ticket = cluster.client(way.get(0)).post("/auth/ticket", "");
            String query = "/ws?ticket=" + ticket.getString("ticket");
            WebSocket first = open(cluster.client(way.get(1)), query);
            first.abort();
            for (String gateway : way) {
                assertThatThrownBy(() -> open(cluster.client(gateway), query)).hasStackTraceContaining("401");
            }
        }
    }

    private static WebSocket open(SuiteClient gateway, String path) throws Exception {
        return gateway.http()
                .newWebSocketBuilder()
                .buildAsync(URI.create(gateway.url().replaceFirst("^http", "ws") + path), new WebSocket.Listener() {})
                .get(20, TimeUnit.SECONDS);
    }
}
