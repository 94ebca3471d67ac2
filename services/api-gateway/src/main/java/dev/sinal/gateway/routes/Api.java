package dev.sinal.gateway.routes;

import dev.sinal.gateway.auth.Tickets;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.gateway.http.Gate;
import dev.sinal.gateway.http.Idempotency;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.rpc.JsonRpc;
import dev.sinal.gateway.rpc.RpcMethods;
import dev.sinal.gateway.rpc.RpcRoute;
import dev.sinal.gateway.telemetry.History;
import dev.sinal.gateway.telemetry.HistoryRoutes;
import dev.sinal.gateway.telemetry.PushRoute;
import dev.sinal.gateway.telemetry.RecentRows;
import dev.sinal.runtime.NodeContext;
import io.vertx.core.Vertx;

/** Every route that the gateway answers itself. */
public final class Api {
    private final Vertx vertx;
    private final Services services;
    private final TokenKeys keys;
    private final Tickets tickets;
    private final Gate gate;
    private final NodeContext context;
    private final int maxTelemetry;

    public Api(
            Vertx vertx,
            Services services,
            TokenKeys keys,
            Tickets tickets,
            Gate gate,
            NodeContext context,
            int maxTelemetry) {
        this.vertx = vertx;
        this.services = services;
        this.keys = keys;
        this.tickets = tickets;
        this.gate = gate;
        this.context = context;
        this.maxTelemetry = maxTelemetry;
    }

    public void mount(Routes routes) {
        Idempotency idempotency = new Idempotency(vertx, context.metrics());
        new HealthRoutes(context.health()).mount(routes);
        new AuthRoutes(keys, tickets).mount(routes);
        NodeRoutes nodes = new NodeRoutes(services, idempotency);
        nodes.mount(routes);
        AgentRoutes agents = new AgentRoutes(services, idempotency);
        agents.mount(routes);
        StreamRoutes streams = new StreamRoutes(services);
        streams.mount(routes);
        new EventRoutes(services).mount(routes);
        DeletionRoutes deletions = new DeletionRoutes(services);
        deletions.mount(routes);
        PinRoutes pins = new PinRoutes(services);
        pins.mount(routes);
        AnalysisRoutes analyses = new AnalysisRoutes(services);
        analyses.mount(routes);
        History stored = new History(services, context.metrics());
        HistoryRoutes history = new HistoryRoutes(vertx, stored, context.metrics());
        history.mount(routes);
        new PushRoute(vertx, services, maxTelemetry, context.metrics()).mount(routes);
        RecentRows recent = new RecentRows(vertx, stored);
        JsonRpc rpc =
                new JsonRpc(new RpcMethods(agents, nodes, streams, history, recent, analyses, deletions, pins), gate);
        new RpcRoute(rpc).mount(routes);
        new DocRoutes(rpc.document()).mount(routes);
    }
}
