package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import io.vertx.core.Future;
import java.net.BindException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first free port of the configured range, then any free one.
 *
 * <p>Vert.x lets two servers of one process listen on the same TCP port and shares connections out between them, which would mix up
 * outlets; so TCP ports taken in this process are remembered here.
 */
final class Ports {
    private static final Set<Integer> TCP_TAKEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** @param bind tries one port; 0 = any */
    static <T> Future<T> udp(LslConfig config, IntFunction<Future<T>> bind) {
        return next(config, 0, bind);
    }

    /** Like {@link #udp}; the caller gives the port back with {@link #freeTcp}. */
    static <T> Future<T> tcp(LslConfig config, IntFunction<Future<T>> bind) {
        return next(config, 0, port -> {
            if (port != 0 && !TCP_TAKEN.add(port)) {
                return Future.failedFuture(new BindException("taken by another outlet of this process"));
            }
            return bind.apply(port).onFailure(taken -> freeTcp(port));
        });
    }

    static void freeTcp(int port) {
        TCP_TAKEN.remove(port);
    }

    private static <T> Future<T> next(LslConfig config, int offset, IntFunction<Future<T>> bind) {
        boolean exhausted = offset >= config.portRange();
        if (exhausted && !config.allowRandomPorts()) {
            return Future.failedFuture(new LslException("no free port from " + config.basePort() + " to "
                    + (config.basePort() + config.portRange() - 1) + ", and others are not allowed"));
        }
        return bind.apply(exhausted ? 0 : config.basePort() + offset)
                .recover(failure -> !exhausted && inUse(failure)
                        ? next(config, offset + 1, bind)
                        : Future.failedFuture(new LslException("cannot listen: " + failure.getMessage(), failure)));
    }

    private static boolean inUse(@Nullable Throwable failure) {
        return failure instanceof BindException || (failure != null && inUse(failure.getCause()));
    }
}
