package dev.sinal.gateway.rpc;

import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Bodies;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.HttpProblem;
import dev.sinal.gateway.http.Routes;
import io.vertx.core.Future;

/** {@code POST /rpc}: each method asks for its own scope. */
public final class RpcRoute {
    private final JsonRpc rpc;

    public RpcRoute(JsonRpc rpc) {
        this.rpc = rpc;
    }

    public void mount(Routes routes) {
        routes.post("/rpc", Access.TOKEN, this::call);
    }

    private Future<Answer> call(Call call) {
        String type = call.contentType();
        if (!type.isEmpty() && !type.equals("application/json") && !type.equals("application/json-rpc")) {
            return Future.failedFuture(HttpProblem.unsupportedMedia("JSON-RPC comes as application/json"));
        }
        return Bodies.read(call.ctx(), call.bodyLimit())
                .compose(body -> rpc.answer(call.principal(), body))
                .map(answer -> answer == null ? Answer.noContent() : Answer.of(Answer.JSON, answer));
    }
}
