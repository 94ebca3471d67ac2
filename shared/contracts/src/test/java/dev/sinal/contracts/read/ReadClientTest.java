package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadClientTest {
    private static final ReadQuery ALL = ReadQuery.range("agent", List.of(), null, null, null);

    private final Vertx vertx = Vertx.vertx();
    private final ReadClient client = new ReadClient(vertx, Duration.ofSeconds(5));
    private final Queue<ReadFrame> frames = new ArrayDeque<>();
    private final List<String> nexts = new ArrayList<>();
    private final CompletableFuture<JsonObject> closed = new CompletableFuture<>();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void framesComeOneByOneUntilTheEnd() throws Exception {
        serve("c1", frame(false, 1), frame(false, 2, 3), frame(true, 4));
        ReadCursor cursor = await(client.open(ALL));
        List<Long> ids = new ArrayList<>();
        while (!cursor.ended()) {
            await(cursor.next()).forEach(entry -> ids.add(entry.id()));
        }

        assertThat(ids).containsExactly(1L, 2L, 3L, 4L);
        assertThat(nexts).containsExactly("c1", "c1");
        assertThat(await(cursor.next())).isEmpty();
    }

    @Test
    void aSmallAnswerNeedsOneRequest() throws Exception {
        serve(null, frame(true, 1));
        ReadCursor cursor = await(client.open(ALL));

        assertThat(await(cursor.next())).hasSize(1);
        assertThat(await(cursor.next())).isEmpty();
        assertThat(cursor.ended()).isTrue();
        assertThat(nexts).isEmpty();
    }

    @Test
    void closingEarlyTellsTheStore() throws Exception {
        serve("c1", frame(false, 1), frame(false, 2));
        ReadCursor cursor = await(client.open(ALL));
        cursor.close();

        assertThat(closed.get(5, TimeUnit.SECONDS))
                .isEqualTo(new JsonObject().put("op", "close").put("cursor", "c1"));
        assertThat(await(cursor.next())).isEmpty();
    }

    @Test
    void noStoreIsUnavailable() {
        assertThatThrownBy(() -> await(client.open(ALL)))
                .hasCauseInstanceOf(ServiceException.class)
                .extracting(e -> ((ServiceException) e.getCause()).failureCode())
                .isEqualTo(RpcError.UNAVAILABLE.code());
    }

    @Test
    void aTypedFailureKeepsItsKindAndData() {
        vertx.eventBus()
                .consumer(
                        Addresses.STORE_READ, message -> message.reply(RpcError.invalid("/filters/stream", "unknown")));

        assertThatThrownBy(() -> await(client.open(ALL)))
                .hasCauseInstanceOf(ServiceException.class)
                .satisfies(e -> {
                    assertThat(((ServiceException) e.getCause()).failureCode())
                            .isEqualTo(RpcError.INVALID_PARAMS.code());
                    assertThat(RpcError.data(e.getCause()).getJsonArray("errors"))
                            .hasSize(1);
                });
    }

    @Test
    void aFailureOnTheWayReleasesTheCursor() throws Exception {
        serve("c1", frame(false, 1));
        ReadCursor cursor = await(client.open(ALL));
        await(cursor.next());

        assertThatThrownBy(() -> await(cursor.next()))
                .hasCauseInstanceOf(ServiceException.class)
                .extracting(e -> ((ServiceException) e.getCause()).failureCode())
                .as("the rest cannot be had; nothing is unknown")
                .isEqualTo(RpcError.UNAVAILABLE.code());
        assertThat(closed.get(5, TimeUnit.SECONDS).getString("op")).isEqualTo("close");
    }

    @Test
    void whatAStoreForgotIsReadOnAnotherOnce() throws Exception {
        serve("c1", frame(false, 1));
        AtomicInteger tries = new AtomicInteger();
        Future<Integer> read = client.onAnotherStore(() -> {
            tries.incrementAndGet();
            frames.clear();
            frames.add(frame(tries.get() == 2, 1));
            return client.open(ALL)
                    .compose(cursor ->
                            cursor.next().compose(first -> cursor.next()).map(rest -> tries.get()));
        });

        assertThat(await(read)).isEqualTo(2);
    }

    @Test
    void aSecondStoreThatForgetsIsAFailure() {
        serve("c1");
        AtomicInteger tries = new AtomicInteger();
        Future<Object> read = client.onAnotherStore(() -> {
            tries.incrementAndGet();
            frames.add(frame(false, 1));
            return client.open(ALL)
                    .compose(cursor -> cursor.next().compose(first -> cursor.next()))
                    .mapEmpty();
        });

        assertThatThrownBy(() -> await(read)).hasCauseInstanceOf(ServiceException.class);
        assertThat(tries).hasValue(2);
    }

    private void serve(String cursor, ReadFrame... answers) {
        frames.addAll(List.of(answers));
        vertx.eventBus().<Buffer>consumer(Addresses.STORE_READ, message -> {
            assertThat(Wire.read(Envelope.from(message.body()).head(), ReadQuery.class))
                    .isEqualTo(ALL);
            var opened = new ReadOpened(cursor, "store.read.n1", List.of(), List.of());
            message.reply(new Envelope(Wire.write(opened), frames.remove().toBuffer()).toBuffer());
        });
        vertx.eventBus().<JsonObject>consumer("store.read.n1", message -> {
            if (message.body().getString("op").equals("close")) {
                closed.complete(message.body());
            } else if (frames.isEmpty()) {
                message.fail(RpcError.NOT_FOUND.code(), "no such cursor");
            } else {
                nexts.add(message.body().getString("cursor"));
                message.reply(frames.remove().toBuffer());
            }
        });
    }

    private static ReadFrame frame(boolean end, long... ids) {
        List<ReadFrame.Entry> entries = new ArrayList<>();
        for (long id : ids) {
            entries.add(new ReadFrame.Entry(1, id, new byte[] {1, 2, 3}));
        }
        return new ReadFrame(end, entries);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
