package dev.sinal.contracts.live;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's samples and markers as ACP messages, for any service on the bus: says that somebody watches for as long as it is open, and receives. However many
 * topics of a process watch an agent, it is declared once.
 *
 * <p>Live delivery is best effort: after a lost connection, while no service answers, or when a producer sheds load, messages are missing. {@code epoch} and
 * {@code seq} tell: within an epoch the next sample has the next seq. History has them all.
 *
 * <pre>{@code
 * TelemetryTopic topic = TelemetryTopic.subscribe(vertx, "abc123")
 *         .handler(message -> TelemetrySample.each(message, sample -> use(sample.metrics())))
 *         .exceptionHandler(failure -> log.warn("not watched", failure));
 * }</pre>
 *
 * <p>Handlers run on the context that subscribed.
 */
public final class TelemetryTopic {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryTopic.class);

    private final String agentId;
    private final Interest interest;
    private final Interest.Member member;
    private final Context context;
    private final MessageConsumer<JsonObject> consumer;
    private final Future<Void> watched;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Handler<AcpMessage> handler;
    private volatile @Nullable Handler<Throwable> exceptionHandler;

    private TelemetryTopic(Vertx vertx, String agentId) {
        this.agentId = agentId;
        this.context = vertx.getOrCreateContext();
        this.consumer = vertx.eventBus().consumer(Addresses.telemetry(agentId), message -> received(message.body()));
        this.member = new Member();
        this.interest = Interest.join(vertx, agentId, member);
        this.watched = consumer.completion().compose(registered -> interest.declared());
    }

    /** Watches an agent, which need not exist yet. */
    public static TelemetryTopic subscribe(Vertx vertx, String agentId) {
        return new TelemetryTopic(vertx, agentId);
    }

    public String agentId() {
        return agentId;
    }

    public TelemetryTopic handler(Handler<AcpMessage> handler) {
        this.handler = handler;
        return this;
    }

    /**
     * Told of every outage once, by its first failure, and of messages that make no sense. The topic stays open and goes on trying, whatever the failure is.
     * Without this handler failures are logged.
     */
    public TelemetryTopic exceptionHandler(Handler<Throwable> handler) {
        this.exceptionHandler = handler;
        return this;
    }

    /** When the first watch is declared: samples that are published from now on arrive. Not completed while no service answers. */
    public Future<Void> watched() {
        return watched;
    }

    /** Receives nothing more; the agent stays watched until its time is over. */
    public Future<Void> close() {
        if (!closed.compareAndSet(false, true)) {
            return Future.succeededFuture();
        }
        interest.leave(member);
        return consumer.unregister();
    }

    private final class Member implements Interest.Member {
        @Override
        public boolean open() {
            return consumer.isRegistered();
        }

        @Override
        public void failed(Throwable failure) {
            context.runOnContext(ignored -> TelemetryTopic.this.failed(failure));
        }
    }

    private void received(JsonObject body) {
        Handler<AcpMessage> to = handler;
        if (to == null || closed.get()) {
            return;
        }
        AcpMessage message;
        try {
            message = AcpMessage.fromJson(body);
        } catch (IllegalArgumentException | ClassCastException e) {
            failed(e);
            return;
        }
        to.handle(message);
    }

    private void failed(Throwable failure) {
        Handler<Throwable> to = exceptionHandler;
        if (to != null) {
            to.handle(failure);
        } else {
            LOG.warn("telemetry topic agent={} failure={}", agentId, failure.toString());
        }
    }
}
