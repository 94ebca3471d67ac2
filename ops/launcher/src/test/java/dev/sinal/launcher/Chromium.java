package dev.sinal.launcher;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A headless Chromium with one page, driven by its own DevTools protocol: no driver to download. */
final class Chromium implements AutoCloseable {
    private static final int MAX_MESSAGE = 64 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final WebSocketClient client = vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(MAX_MESSAGE).setMaxMessageSize(MAX_MESSAGE));
    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final String session;

    /** Where it is installed, if it is. */
    static Optional<Path> installed() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    Chromium(Path executable, Path profile, int width, int height) throws Exception {
        process = new ProcessBuilder(List.of(
                        executable.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank"))
                .redirectErrorStream(true)
                .redirectOutput(profile.resolveSibling("chromium.log").toFile())
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        Awaitility.await("Chromium's debugging port")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> Files.exists(port) && Files.readAllLines(port).size() == 2);
        List<String> address = Files.readAllLines(port);
        socket = client.connect(Integer.parseInt(address.get(0)), "127.0.0.1", address.get(1))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        socket.textMessageHandler(text -> received(new JsonObject(text)));
        String target = call("Target.createTarget", new JsonObject().put("url", "about:blank"))
                .getString("targetId");
        session = call(
                        "Target.attachToTarget",
                        new JsonObject().put("targetId", target).put("flatten", true))
                .getString("sessionId");
        page("Page.enable", new JsonObject());
        page("Runtime.enable", new JsonObject());
        page("Log.enable", new JsonObject());
        size(width, height);
    }

    private void received(JsonObject message) {
        Integer id = message.getInteger("id");
        if (id != null) {
            CompletableFuture<JsonObject> call = calls.remove(id);
            if (message.containsKey("error")) {
                call.completeExceptionally(new IllegalStateException(message.encode()));
            } else {
                call.complete(message.getJsonObject("result"));
            }
            return;
        }
        String method = message.getString("method");
        if ("Runtime.exceptionThrown".equals(method)) {
            complaints.add(message.getJsonObject("params").encode());
        } else if ("Log.entryAdded".equals(method)) {
            JsonObject entry = message.getJsonObject("params").getJsonObject("entry");
            if ("error".equals(entry.getString("level"))) {
                complaints.add(
                        entry.getString("source") + ": " + entry.getString("text") + " " + entry.getString("url", ""));
            }
        }
    }

    private JsonObject call(String method, JsonObject params) throws Exception {
        return send(new JsonObject().put("method", method).put("params", params));
    }

    private JsonObject page(String method, JsonObject params) throws Exception {
        return send(new JsonObject().put("method", method).put("params", params).put("sessionId", session));
    }

    private JsonObject send(JsonObject message) throws Exception {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        calls.put(id, answer);
        socket.writeTextMessage(message.put("id", id).encode());
        return answer.get(30, TimeUnit.SECONDS);
    }

    /** Script errors, refused resources and violations of the content security policy so far. */
    List<String> complaints() {
        return new ArrayList<>(complaints);
    }

    void size(int width, int height) throws Exception {
        page(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", width < 600));
    }

    void hideScrollbars() throws Exception {
        page("Emulation.setScrollbarsHidden", new JsonObject().put("hidden", true));
    }

    void open(URI address) throws Exception {
        page("Page.navigate", new JsonObject().put("url", address.toString()));
    }

    /** Value of a JavaScript expression; promises are awaited. */
    Object value(String expression) throws Exception {
        JsonObject answer = page(
                "Runtime.evaluate",
                new JsonObject()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        if (answer.containsKey("exceptionDetails")) {
            throw new IllegalStateException(
                    answer.getJsonObject("exceptionDetails").encode());
        }
        return answer.getJsonObject("result").getValue("value");
    }

    /** Text of the element with this test id; null when there is none. */
    Object text(String testId) throws Exception {
        return value("document.querySelector(" + selector(testId) + ")?.textContent ?? null");
    }

    void click(String testId) throws Exception {
        value("document.querySelector(" + selector(testId) + ").click()");
    }

    static String selector(String testId) {
        return new JsonArray().add("[data-testid='" + testId + "']").encode().replaceAll("^\\[|\\]$", "");
    }

    void screenshot(Path file) throws Exception {
        String png = page("Page.captureScreenshot", new JsonObject().put("format", "png"))
                .getString("data");
        Files.write(file, Base64.getDecoder().decode(png));
    }

    @Override
    public void close() throws IOException {
        vertx.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
