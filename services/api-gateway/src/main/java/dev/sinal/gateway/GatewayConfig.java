package dev.sinal.gateway;

import dev.sinal.gateway.live.LiveLimits;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the gateway.
 *
 * @param host to bind; loopback unless said otherwise
 * @param port 0 = any
 * @param corsOrigins exact origins that browsers may call from
 * @param allowedHosts names accepted in a Host header; empty = any (only when not bound to loopback)
 * @param keyFile JWK set; null when the keys are given by the program (demo)
 * @param issuer the only accepted {@code iss}
 * @param maxBody bytes of an ordinary request
 * @param maxTelemetry bytes of one POST /telemetry
 * @param maxConnections at once; more are closed on arrival
 * @param rate operations per second of one caller
 * @param burst operations that one caller may do at once
 * @param closeAfterBody see {@code http.Entrance}
 * @param storeTimeout longest wait for one answer of the store
 * @param live bounds of WebSockets and event streams
 */
public record GatewayConfig(
        String host,
        int port,
        Set<String> corsOrigins,
        Set<String> allowedHosts,
        @Nullable Path keyFile,
        String issuer,
        int maxBody,
        int maxTelemetry,
        int maxConnections,
        int rate,
        int burst,
        boolean closeAfterBody,
        Duration storeTimeout,
        LiveLimits.Connections live) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

    public GatewayConfig {
        corsOrigins = Set.copyOf(corsOrigins);
        allowedHosts = Set.copyOf(allowedHosts);
        for (String origin : corsOrigins) {
            if (!origin.matches("https?://[A-Za-z0-9.\\[\\]:_-]+")) {
                throw new ConfigException(
                        "http.cors.origins",
                        "must list exact origins such as https://lab.example.org, was '" + origin + "'");
            }
        }
    }

    static GatewayConfig from(Settings settings) {
        String host = settings.text("http.host", "127.0.0.1");
        String keyFile = settings.textOrNull("auth.keyFile");
        List<String> byDefault = LOOPBACK.contains(host) ? List.copyOf(LOOPBACK) : List.of();
        return new GatewayConfig(
                host,
                settings.integer("http.port", 8080, 0, 65_535),
                Set.copyOf(settings.list("http.cors.origins", List.of())),
                Set.copyOf(settings.list("http.allowedHosts", byDefault)),
                keyFile == null ? null : Path.of(keyFile),
                settings.text("auth.issuer", "sinal"),
                settings.integer("http.maxBodyBytes", 1 << 20, 1 << 10, 64 << 20),
                settings.integer("http.maxTelemetryBytes", 16 << 20, 1 << 10, 64 << 20),
                settings.integer("http.maxConnections", 2_000, 1, 1_000_000),
                settings.integer("http.rate", 500, 1, 1_000_000),
                settings.integer("http.burst", 2_000, 1, 1_000_000),
                settings.flag("http.closeAfterBody", true),
                settings.duration(
                        "http.storeTimeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                live(settings));
    }

    private static LiveLimits.Connections live(Settings settings) {
        LiveLimits.Connections usual = LiveLimits.CONNECTIONS;
        int perSecond = settings.integer("live.handshakesPerSecond", usual.handshakesPerSecond(), 1, 1_000_000);
        return new LiveLimits.Connections(
                settings.integer("live.connections", usual.most(), 1, 1_000_000),
                settings.integer("live.connectionsPerSubject", usual.perSubject(), 1, 1_000_000),
                settings.integer("live.connectionsPerAddress", usual.perAddress(), 1, 1_000_000),
                perSecond,
                2 * perSecond);
    }

    boolean loopback() {
        return LOOPBACK.contains(host);
    }
}
