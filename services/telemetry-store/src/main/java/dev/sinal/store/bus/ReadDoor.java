package dev.sinal.store.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.Proxies;
import dev.sinal.store.sql.ReadSession;
import dev.sinal.store.sql.Reads;
import dev.sinal.store.sql.SampleReads;
import dev.sinal.store.sql.Stop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads of samples: open, then next until the end. The reader pulls, so a slow reader costs a connection but no memory. */
public final class ReadDoor {
    private static final int MOST_RECENT = 100_000;
    private static final Set<String> ORDERS = Set.of(ReadQuery.TIME, ReadQuery.COMMITTED, ReadQuery.RECENT);

    private final Vertx vertx;
    private final Gate gate;
    private final SampleReads reads;
    private final StoreMetrics metrics;
    private final int mostLong;
    private final int mostPages;
    private final long idleMs;
    private final Map<String, Held> held = new HashMap<>();
    private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
    private final Map<String, Stop> opening = new HashMap<>();
    private String address = "";

    /** @param mostLong reads of whole ranges at the same time @param mostPages reads of pages at the same time @param idleMs a read that nobody continues is closed after this */
    public ReadDoor(
            Vertx vertx, Gate gate, SampleReads reads, StoreMetrics metrics, int mostLong, int mostPages, long idleMs) {
        this.vertx = vertx;
        this.gate = gate;
        this.reads = reads;
        this.mostLong = mostLong;
        this.mostPages = mostPages;
        this.idleMs = idleMs;
        this.metrics = metrics;
        metrics.gauge("reads.open", held::size);
        metrics.gauge("reads.bytes", this::bytes);
    }

    private static final class Held {
        private final ReadSession session;
        private final boolean page;
        private long timer;
        private boolean reading;

        Held(ReadSession session, boolean page) {
            this.session = session;
            this.page = page;
        }
    }

    private int bytes() {
        return held.values().stream().mapToInt(read -> read.session.held()).sum();
    }

    public Future<Void> start(String nodeId) {
        address = Addresses.storeRead(nodeId);
        consumers.add(vertx.eventBus().consumer(Addresses.STORE_READ, this::open));
        consumers.add(vertx.eventBus().consumer(address, this::go));
        consumers.add(vertx.eventBus().consumer(Addresses.STORE_READ_GONE, this::gone));
        return Future.join(consumers.stream().map(MessageConsumer::completion).toList())
                .mapEmpty();
    }

    public Future<Void> stop() {
        return Proxies.retire(vertx, consumers).compose(retired -> {
            List<Future<Void>> ends = List.copyOf(held.keySet()).stream()
                    .map(cursor -> close(cursor, "stopped"))
                    .toList();
            return ends.isEmpty() ? Future.succeededFuture() : Future.join(ends).mapEmpty();
        });
    }

    private void open(Message<Object> message) {
        if (!gate.isOpen()) {
            fail(message, RpcError.UNAVAILABLE.exception("the database is not ready"));
            return;
        }
        ReadQuery query;
        try {
            query = Wire.read(Envelope.from((Buffer) message.body()).head(), ReadQuery.class);
            check(query);
        } catch (IllegalArgumentException | NullPointerException | ClassCastException | DecodeException e) {
            fail(message, RpcError.INVALID_PARAMS.exception("read query: " + e.getMessage()));
            return;
        }
        Stop stop = new Stop();
        String waiting = message.headers().get(ReadClient.WAITING);
        if (waiting != null) {
            opening.put(waiting, stop);
        }
        reads.open(query, stop)
                .onComplete(done -> {
                    if (waiting != null) {
                        opening.remove(waiting, stop);
                    }
                })
                .onSuccess(opened -> opened(message, opened, query.page()))
                .onFailure(failure -> fail(message, failure));
    }

    private static void check(ReadQuery query) {
        if (query.agentId() == null
                || query.agentId().isEmpty()
                || query.agentId().indexOf('\0') >= 0) {
            throw new IllegalArgumentException("agent_id is missing");
        }
        if (!ORDERS.contains(query.order())) {
            throw new IllegalArgumentException("order must be one of time, committed, recent");
        }
        if (query.afterCommit() != null && query.afterCommit().stream() == null) {
            throw new IllegalArgumentException("after_commit needs tx, stream, epoch and seq");
        }
        if (query.order().equals(ReadQuery.RECENT) && (query.recent() < 1 || query.recent() > MOST_RECENT)) {
            throw new IllegalArgumentException("recent must be 1 to " + MOST_RECENT + ", was " + query.recent());
        }
    }

    private void opened(Message<Object> message, SampleReads.Opened opened, boolean page) {
        String cursor = null;
        ReadSession session = opened.session();
        if (session != null) {
            if (isFull(page)) {
                refuse(
                        message,
                        session,
                        RpcError.UNAVAILABLE.exception(
                                page
                                        ? "all " + mostPages + " reads of pages are in use"
                                        : "all " + mostLong + " long reads are in use"));
                return;
            }
            cursor = UUID.randomUUID().toString();
            hold(cursor, new Held(session, page));
            if (!page) {
                session.readAhead();
            }
        }
        ReadOpened head = new ReadOpened(
                cursor,
                address,
                opened.streams(),
                opened.gaps(),
                opened.clips(),
                opened.commitsBefore(),
                opened.sliced() ? true : null);
        Buffer described = Wire.write(head).toBuffer();
        if (described.length() > Envelope.MAX_HEAD) {
            if (cursor != null) {
                close(cursor, "failed");
            }
            fail(
                    message,
                    RpcError.TOO_LARGE.exception("the streams of this read have " + described.length()
                            + " bytes of descriptions, more than " + Envelope.MAX_HEAD + "; name fewer streams"));
            return;
        }
        message.reply(Envelope.wrap(described, opened.first().toBuffer()));
    }

    private void refuse(Message<?> message, ReadSession session, ServiceException failure) {
        session.close();
        metrics.readEnded("refused");
        fail(message, failure);
    }

    private boolean isFull(boolean page) {
        long alike = held.values().stream().filter(read -> read.page == page).count();
        return alike >= (page ? mostPages : mostLong);
    }

    private void hold(String cursor, Held read) {
        held.put(cursor, read);
        idleFrom(cursor, read);
    }

    private void idleFrom(String cursor, Held read) {
        read.timer = vertx.setTimer(idleMs, idle -> close(cursor, "idle"));
    }

    private void go(Message<Object> message) {
        JsonObject request;
        try {
            request = json(message.body());
        } catch (DecodeException | ClassCastException e) {
            fail(message, RpcError.INVALID_PARAMS.exception("expected {op, cursor}"));
            return;
        }
        String cursor = request.getString("cursor", "");
        String op = request.getString("op", "");
        if (op.equals("close")) {
            close(cursor, "closed").onComplete(done -> message.reply(new ReadFrame(true, List.of()).toBuffer()));
        } else if (op.equals("next")) {
            next(message, cursor);
        } else if (op.equals("keep")) {
            keep(cursor);
            message.reply(new ReadFrame(!held.containsKey(cursor), List.of()).toBuffer());
        } else {
            fail(message, RpcError.INVALID_PARAMS.exception("op must be next, keep or close"));
        }
    }

    /** Everybody hears of it: only the one who opens knows that it is him. */
    private void gone(Message<Object> message) {
        if (message.body() instanceof String waiting) {
            Stop stop = opening.remove(waiting);
            if (stop != null) {
                stop.now();
                metrics.readEnded("cancelled");
            }
        }
    }

    private void next(Message<Object> message, String cursor) {
        Held read = held.get(cursor);
        if (read == null) {
            fail(message, RpcError.NOT_FOUND.exception("this read is closed; open it again"));
            return;
        }
        if (read.reading) {
            fail(message, RpcError.CONFLICT.exception("this read is busy: one next at a time"));
            return;
        }
        read.reading = true;
        vertx.cancelTimer(read.timer);
        read.session.next().onComplete(result -> {
            read.reading = false;
            if (result.failed()) {
                close(cursor, "failed");
                fail(message, result.cause());
                return;
            }
            ReadFrame frame = result.result();
            if (frame.end() || held.get(cursor) != read) {
                close(cursor, "read");
            } else {
                idleFrom(cursor, read);
            }
            message.reply(frame.toBuffer());
        });
    }

    /** The reader is slow, not gone. */
    private void keep(String cursor) {
        Held read = held.get(cursor);
        if (read != null && !read.reading) {
            vertx.cancelTimer(read.timer);
            idleFrom(cursor, read);
        }
    }

    private Future<Void> close(String cursor, String reason) {
        Held read = held.remove(cursor);
        if (read == null) {
            return Future.succeededFuture();
        }
        vertx.cancelTimer(read.timer);
        metrics.readEnded(reason);
        return read.session.close().otherwiseEmpty();
    }

    private static JsonObject json(Object body) {
        return body instanceof Buffer buffer ? buffer.toJsonObject() : (JsonObject) body;
    }

    private static void fail(Message<?> message, Throwable failure) {
        ServiceException typed = Reads.typed(failure);
        if (typed.getDebugInfo() == null || typed.getDebugInfo().isEmpty()) {
            message.fail(typed.failureCode(), typed.getMessage());
        } else {
            message.reply(typed);
        }
    }
}
