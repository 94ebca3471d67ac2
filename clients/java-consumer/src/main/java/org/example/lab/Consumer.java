package org.example.lab;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.live.TelemetrySample;
import dev.sinal.contracts.live.TelemetryTopic;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.serviceproxy.ServiceProxyBuilder;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;

/** Joins the cluster, says which agents there are, and prints each second the means of what one of them measures. */
public final class Consumer {
    private Consumer() {}

    /** @param args own cluster port, members to join as {@code host:port,…}, agent id */
    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("usage: consumer CLUSTER_PORT HOST:PORT[,HOST:PORT…] AGENT");
            System.exit(2);
        }
        HazelcastClusterManager cluster =
                new HazelcastClusterManager(Member.of(Integer.parseInt(args[0]), List.of(args[1].split(","))));
        Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(Member.HOST)))
                .withClusterManager(cluster)
                .buildClustered()
                .onSuccess(vertx -> {
                    Runtime.getRuntime()
                            .addShutdownHook(new Thread(() -> vertx.close()
                                    .toCompletionStage()
                                    .toCompletableFuture()
                                    .join()));
                    watch(vertx, args[2]);
                })
                .onFailure(failure -> {
                    System.err.println("could not join the cluster: " + failure.getMessage());
                    System.exit(1);
                });
    }

    private static void watch(Vertx vertx, String agentId) {
        AgentManager agents = new ServiceProxyBuilder(vertx)
                .setAddress(Addresses.AGENTS)
                .setOptions(new DeliveryOptions().setSendTimeout(5_000))
                .build(AgentManager.class);
        agents.list()
                .onSuccess(all -> System.out.println(
                        "agents: " + all.stream().map(AgentStatus::agentId).toList()))
                .onFailure(failure -> System.err.println("agent-manager: " + failure.getMessage()));

        // Handlers of one context run one at a time: no lock is needed.
        vertx.runOnContext(ignored -> {
            Means means = new Means();
            TelemetryTopic topic = TelemetryTopic.subscribe(vertx, agentId)
                    .handler(message -> TelemetrySample.each(message, means::add))
                    .exceptionHandler(failure -> System.err.println("not watched now: " + failure.getMessage()));
            topic.watched().onSuccess(done -> System.out.println("watching " + agentId));
            vertx.setPeriodic(1_000, timer -> means.takeLine().ifPresent(System.out::println));
        });
    }
}
