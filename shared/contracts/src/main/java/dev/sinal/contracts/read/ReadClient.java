package dev.sinal.contracts.read;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The reader's side of the read traffic: any store node opens, the same node serves what follows. */
public final class ReadClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String SILENT = "the telemetry store does not answer";
    /** {@code code} of a failure after which another store may serve the same. */
    private static final String STORE_GONE = "store_gone";
    /** {@code code} of a failure after which the same read succeeds: what was in its way is out of it. */
    public static final String READ_AGAIN = "read_again";

    /** {@code code} of the failure of a read whose reader went away: nobody's fault. */
    public static final String READER_GONE = "reader_gone";
    /** Header of an open: the id under which {@link Addresses#STORE_READ_GONE} tells that nobody waits for it. */
    public static final String WAITING = "waiting";

    private final Vertx vertx;
    private final DeliveryOptions options;
    private final KnownHeads heads;
    private final @Nullable Future<?> gone;

    public ReadClient(Vertx vertx) {
        this(vertx, TIMEOUT);
    }

    /** @param timeout longest wait for a frame; then the read fails with UNAVAILABLE */
    public ReadClient(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
        this.heads = new KnownHeads();
        this.gone = null;
        registerFailureCodec(vertx);
    }

    private ReadClient(ReadClient other, Future<?> gone) {
        this.vertx = other.vertx;
        this.options = other.options;
        this.heads = other.heads;
        this.gone = gone;
    }

    /** The same for one reader, who may go away: what it opened is closed then, and what is being opened is stopped in the database. */
    public ReadClient until(Future<?> readerGone) {
        return new ReadClient(this, readerGone);
    }

    /** Typed failures cross the bus with their data only where this codec is known; whoever comes first registers it. */
    private static void registerFailureCodec(Vertx vertx) {
        try {
            vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        } catch (IllegalStateException alreadyRegistered) {
            return;
        }
    }

    /** Fails typed: INVALID_PARAMS, NOT_FOUND, UNAVAILABLE when no store answers. A store that is gone is replaced by another once. */
    public Future<ReadCursor> open(ReadQuery query) {
        return onAnotherStore(() -> openOnce(query));
    }

    private Future<ReadCursor> openOnce(ReadQuery query) {
        Buffer request = new Envelope(Wire.write(query), Buffer.buffer()).toBuffer();
        Future<?> leaving = gone;
        if (leaving == null) {
            return vertx.eventBus()
                    .<Buffer>request(Addresses.STORE_READ, request, options)
                    .map(reply -> cursor(reply.body()))
                    .recover(failure -> Future.failedFuture(typed(failure)));
        }
        if (leaving.isComplete()) {
            return RpcError.UNAVAILABLE.fail("the reader went away", new JsonObject().put("code", READER_GONE));
        }
        String id = UUID.randomUUID().toString();
        Future<ReadCursor> opened = vertx.eventBus()
                .<Buffer>request(Addresses.STORE_READ, request, new DeliveryOptions(options).addHeader(WAITING, id))
                .map(reply -> cursor(reply.body()))
                .recover(failure -> Future.failedFuture(typed(failure)));
        leaving.onComplete(left -> {
            if (!opened.isComplete()) {
                vertx.eventBus().publish(Addresses.STORE_READ_GONE, id);
            }
            opened.onSuccess(ReadCursor::close);
        });
        return opened;
    }

    /**
     * Tries a second time, from its beginning, what failed because the store that served it is gone or has forgotten it (another one may be there), or
     * because something was in its way that is out of it now. For reads that nobody has seen a part of.
     */
    public <T> Future<T> onAnotherStore(Supplier<Future<T>> read) {
        return read.get().recover(failure -> storeGone(failure) ? read.get() : Future.failedFuture(failure));
    }

    private static boolean storeGone(Throwable failure) {
        String code = RpcError.data(failure).getString("code");
        return STORE_GONE.equals(code) || READ_AGAIN.equals(code);
    }

    private ReadCursor cursor(Buffer reply) {
        Envelope.Split envelope = Envelope.split(reply);
        return new ReadCursor(vertx, options, heads.read(envelope.head()), ReadFrame.from(envelope.body()));
    }

    /** The same for a read that is open: that the store does not know it any more means that the rest cannot be had. */
    static Throwable typedOpen(Throwable failure) {
        boolean forgotten = failure instanceof ReplyException reply
                && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
                && RpcError.of(failure) == RpcError.NOT_FOUND;
        return forgotten ? gone("the telemetry store has closed this read") : typed(failure);
    }

    private static ServiceException gone(String detail) {
        return RpcError.UNAVAILABLE.exception(detail, new JsonObject().put("code", STORE_GONE));
    }

    /** A bus failure as one of {@link RpcError}, with its data; a bug here stays what it is. */
    static Throwable typed(Throwable failure) {
        if (failure instanceof ServiceException || !(failure instanceof ReplyException reply)) {
            return failure;
        }
        // A store that is merely silent had its time: trying again would double the wait.
        if (reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
            return reply.failureType() == ReplyFailure.TIMEOUT ? RpcError.UNAVAILABLE.exception(SILENT) : gone(SILENT);
        }
        RpcError error = RpcError.of(failure);
        String detail = failure.getMessage();
        return error.exception(detail == null ? error.title() : detail, RpcError.data(failure));
    }
}
