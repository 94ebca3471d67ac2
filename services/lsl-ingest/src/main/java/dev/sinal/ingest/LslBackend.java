package dev.sinal.ingest;

import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.jna.LibLsl;
import dev.sinal.lsl.jna.NativeLsl;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.lsl.LslSettings;
import io.vertx.core.Vertx;
import java.util.Locale;

/**
 * Who speaks LSL for this node.
 *
 * @param description for people, e.g. {@code native, liblsl 1.17 at /usr/lib/liblsl.so}
 */
record LslBackend(Lsl lsl, String description) {
    /**
     * Reads files: not for event loops.
     *
     * @throws ConfigException if the native library is wanted and not there, or cannot take these settings
     */
    static LslBackend open(Vertx vertx, LslSettings settings, LslConfig config) {
        if (settings.backend() == LslSettings.Backend.JAVA) {
            return new LslBackend(Lsl.create(vertx, config), "java");
        }
        try {
            LibLsl library = LibLsl.load(settings.library());
            return new LslBackend(
                    NativeLsl.create(vertx, config, library),
                    String.format(Locale.ROOT, "native, liblsl %.2f at %s", library.version() / 100.0, library.path()));
        } catch (LslException unusable) {
            throw new ConfigException("lsl.backend", "native cannot be had: " + unusable.getMessage());
        }
    }
}
