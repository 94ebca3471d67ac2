package dev.sinal.bench.store;

import dev.sinal.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The service of {@code fastapi_peer.py} in a process of its own. */
final class FastApi implements AutoCloseable {
    /** Debian's own Python, for which its packages are. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final long READY_S = 60;

    private final Process process;
    private final String url;

    private FastApi(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** @return what is missing to run it, empty when nothing is */
    static String missing() throws InterruptedException {
        boolean python = runs(PYTHON, "-c", "import fastapi, uvicorn, asyncpg, uvloop, httptools");
        boolean wrk = runs("sh", "-c", "command -v wrk");
        return (python ? "" : "python3-fastapi python3-uvicorn python3-asyncpg python3-uvloop python3-httptools ")
                + (wrk ? "" : "wrk");
    }

    private static boolean runs(String... line) throws InterruptedException {
        try {
            return new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    static FastApi start(Path folder, String databaseUri) throws Exception {
        Resource.copy("fastapi_peer.py", folder);
        int port = FreePorts.one();
        ProcessBuilder builder = new ProcessBuilder(
                        PYTHON,
                        "-m",
                        "uvicorn",
                        "--app-dir",
                        folder.toString(),
                        "--loop",
                        "uvloop",
                        "--http",
                        "httptools",
                        "--no-access-log",
                        "--log-level",
                        "warning",
                        "--port",
                        Integer.toString(port),
                        "fastapi_peer:app")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("fastapi.log").toFile());
        builder.environment().put("PEER_DATABASE", databaseUri);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        FastApi started = new FastApi(builder.start(), "http://127.0.0.1:" + port);
        started.awaitReady();
        return started;
    }

    private void awaitReady() throws Exception {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/ready")).build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_S);
        while (true) {
            try {
                if (http.send(ready, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // tried again until the deadline
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the FastAPI service did not start");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    String url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
