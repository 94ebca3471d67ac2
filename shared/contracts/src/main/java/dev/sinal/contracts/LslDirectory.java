package dev.sinal.contracts;

import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.ProxyGen;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import java.util.List;

/** What is on the network. JSON-RPC method: {@code resolve_streams}. */
@ProxyGen
@VertxGen
public interface LslDirectory {
    /** @param query predicate, null = all; a malformed one fails with INVALID_PARAMS and the position @param timeoutS 0 to 10: longest wait for a first match */
    Future<List<VisibleStream>> resolve(@Nullable String query, double timeoutS);
}
