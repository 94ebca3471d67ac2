package dev.sinal.runtime.cluster;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS on the event bus. Whoever has a certificate of the CA is a node; the CA is therefore used for nothing else, and host names are not
 * compared (nodes meet each other by addresses that change).
 *
 * @param cert PEM, of this node @param key PEM (PKCS 8), its private key @param ca PEM, the only one that is trusted
 */
public record BusTls(Path cert, Path key, Path ca) {
    private static final String REMEDY = "make them with ./sinal keys cluster --out DIR --host NAME";

    /**
     * Keys {@code cluster.tls.cert}, {@code cluster.tls.key}, {@code cluster.tls.ca}: all or none.
     *
     * @return null when none is given
     */
    public static @Nullable BusTls from(Settings settings) {
        Path cert = file(settings, "cluster.tls.cert");
        Path key = file(settings, "cluster.tls.key");
        Path ca = file(settings, "cluster.tls.ca");
        if (cert == null && key == null && ca == null) {
            return null;
        }
        return new BusTls(
                required("cluster.tls.cert", cert), required("cluster.tls.key", key), required("cluster.tls.ca", ca));
    }

    public void apply(EventBusOptions options) {
        options.setSsl(true)
                .setKeyCertOptions(
                        new PemKeyCertOptions().setCertPath(cert.toString()).setKeyPath(key.toString()))
                .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString()))
                .setTrustAll(false)
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
    }

    private static @Nullable Path file(Settings settings, String key) {
        String name = settings.textOrNull(key);
        if (name == null || name.isBlank()) {
            return null;
        }
        Path path = Path.of(name).toAbsolutePath();
        if (!Files.isReadable(path)) {
            throw new ConfigException(key, "is not a file that can be read: " + path + "; " + REMEDY);
        }
        return path;
    }

    private static Path required(String key, @Nullable Path file) {
        if (file == null) {
            throw new ConfigException(
                    key, "is missing: cluster.tls.cert, cluster.tls.key and cluster.tls.ca go together; " + REMEDY);
        }
        return file;
    }
}
