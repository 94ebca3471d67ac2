package dev.sinal.contracts.read;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.time.Duration;

/** The reader's side of the read traffic: any store node opens, the same node serves what follows. */
public final class ReadClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final DeliveryOptions options;

    public ReadClient(Vertx vertx) {
        this(vertx, TIMEOUT);
    }

    /** @param timeout longest wait for a frame; then the read fails with UNAVAILABLE */
    public ReadClient(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
        registerFailureCodec(vertx);
    }

    /** Typed failures cross the bus with their data only where this codec is known; whoever comes first registers it. */
    private static void registerFailureCodec(Vertx vertx) {
        try {
            vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        } catch (IllegalStateException alreadyRegistered) {
            return;
        }
    }

    /** Fails typed: INVALID_PARAMS, NOT_FOUND, UNAVAILABLE when no store answers. */
    public Future<ReadCursor> open(ReadQuery query) {
        Buffer request = new Envelope(Wire.write(query), Buffer.buffer()).toBuffer();
        return vertx.eventBus()
                .<Buffer>request(Addresses.STORE_READ, request, options)
                .map(reply -> cursor(reply.body()))
                .recover(failure -> Future.failedFuture(typed(failure)));
    }

    private ReadCursor cursor(Buffer reply) {
        Envelope envelope = Envelope.from(reply);
        ReadOpened opened = Wire.read(envelope.head(), ReadOpened.class);
        return new ReadCursor(vertx, options, opened, ReadFrame.from(envelope.body()));
    }

    /** A bus failure as one of {@link RpcError}, with its data; a bug here stays what it is. */
    static Throwable typed(Throwable failure) {
        if (failure instanceof ServiceException || !(failure instanceof io.vertx.core.eventbus.ReplyException)) {
            return failure;
        }
        RpcError error = RpcError.of(failure);
        String detail = error == RpcError.UNAVAILABLE ? "the telemetry store does not answer" : failure.getMessage();
        return error.exception(detail == null ? error.title() : detail, RpcError.data(failure));
    }
}
