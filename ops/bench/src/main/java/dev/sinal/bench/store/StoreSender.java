package dev.sinal.bench.store;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** Sends chunks to the store as a collector does: in order, up to eight of a stream without an answer. */
final class StoreSender {
    private static final int IN_FLIGHT = 8;
    /** Of all streams: fewer than the store's queue holds. */
    private static final int MOST_IN_FLIGHT = 4_000;

    private final Vertx vertx;
    private final Turnstile flying;

    StoreSender(Vertx vertx, int streams) {
        this(vertx, streams, IN_FLIGHT);
    }

    /** @param perStream chunks of a stream without an answer, when the streams take turns */
    StoreSender(Vertx vertx, int streams, int perStream) {
        this.vertx = vertx;
        this.flying = new Turnstile(Math.min(MOST_IN_FLIGHT, perStream * streams));
    }

    /** Waits for room, then sends. */
    void send(Buffer envelope, byte[] chunk) throws InterruptedException {
        flying.enter();
        ask(vertx, envelope, chunk).onSuccess(done -> flying.leave()).onFailure(flying::failed);
    }

    /** @return fails unless the chunk is committed */
    static Future<Void> ask(Vertx vertx, Buffer envelope, byte[] chunk) {
        return vertx.eventBus()
                .<JsonObject>request(Addresses.storeChunks(StoreNode.ID), Envelope.wrap(envelope, Buffer.buffer(chunk)))
                .compose(reply -> {
                    StoreAnswer answer = Wire.read(reply.body(), StoreAnswer.class);
                    return StoreAnswer.ACKED.equals(answer.status())
                            ? Future.succeededFuture()
                            : Future.failedFuture("the store answered " + answer);
                });
    }

    /** Everything is committed. */
    void finish() throws InterruptedException {
        flying.drain();
    }
}
