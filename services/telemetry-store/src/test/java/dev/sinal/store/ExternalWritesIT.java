package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.ExternalWrite.Part;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamIds;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExternalWritesIT {
    private static final long SECOND = 1_000_000_000L;
    private static final String MAIN = StreamIds.external("abc123", "main");

    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @Test
    void samplesAreNumberedByTimeAndReadBack() {
        WriteReceipt receipt = get(write(part("main", "t"), numbers(new long[] {2, 0, 1}, 30, 10, 20)));

        assertThat(receipt).isEqualTo(new WriteReceipt(3));
        assertThat(rows()).containsExactly("1 0s t=10.0", "2 1s t=20.0", "3 2s t=30.0");
    }

    @Test
    void aNewMetricOpensAnEpochAndOldOnesAreAbsentWhereNotNamed() {
        get(write(part("main", "t"), numbers(new long[] {0}, 1)));
        get(write(part("main", "u"), numbers(new long[] {1}, 2)));
        get(write(part("main", "t"), numbers(new long[] {2}, 3)));

        List<EpochRecord> epochs = get(store.service().epochs(MAIN));
        assertThat(epochs).hasSize(2);
        assertThat(epochs.get(1).stream().channels())
                .extracting(ChannelDescriptor::metric)
                .containsExactly("t", "u");
        assertThat(rows()).containsExactly("1 0s t=1.0", "1 1s u=2.0", "2 2s t=3.0");
    }

    @Test
    void textAndNumbersOfOneMetricKeepTheirKind() {
        byte[] text =
                Samples.encode("x", 0, 0, new long[] {START + SECOND}, List.of(new TextColumn(new String[] {"5"})));

        get(store.write(
                new ExternalWrite("abc123", List.of(part("main", "t"), part("main", "t"))),
                List.of(numbers(new long[] {0, 2}, 5, 6), text)));

        assertThat(rows()).containsExactly("1 0s t=5.0", "2 1s t='5'", "3 2s t=6.0");
    }

    @Test
    void aWriteIsStoredWholeOrNotAtAll() {
        byte[] damaged = numbers(new long[] {1}, 2);
        damaged[damaged.length - 1] ^= 1;

        assertThatThrownBy(() -> get(store.write(
                        new ExternalWrite("abc123", List.of(part("main", "t"), part("other", "t"))),
                        List.of(numbers(new long[] {0}, 1), damaged))))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.INVALID_PARAMS));

        assertThat(get(store.service().streams("abc123"))).isEmpty();
    }

    @Test
    void writesAtOnceNeverShareANumber() {
        List<Future<WriteReceipt>> writes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            writes.add(write(part("main", "t"), numbers(new long[] {i}, i)));
        }
        writes.forEach(StoreUnderTest::get);

        List<String> seqs = rows().stream().map(row -> row.split(" ")[0]).toList();
        assertThat(seqs).hasSize(20).doesNotHaveDuplicates();
        assertThat(get(store.service().epochs(MAIN)))
                .singleElement()
                .satisfies(epoch -> assertThat(epoch.committedSeq()).isEqualTo(20));
    }

    @Test
    void aWriteThatIsRepeatedWithItsKeyIsStoredOnceAndAnsweredTheSame() {
        List<Future<WriteReceipt>> attempts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            attempts.add(write("k", "content", numbers(new long[] {0, 1}, 1, 2)));
        }
        assertThat(attempts)
                .extracting(StoreUnderTest::get)
                .allSatisfy(receipt -> assertThat(receipt.committed()).isEqualTo(2))
                .filteredOn(receipt -> receipt.repeated() == null)
                .hasSize(1);
        get(write("another", "content", numbers(new long[] {2}, 3)));

        assertThat(rows()).containsExactly("1 0s t=1.0", "2 1s t=2.0", "3 2s t=3.0");
        assertThatThrownBy(() -> get(write("k", "other content", numbers(new long[] {5}, 6))))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.IMPOSSIBLE));
    }

    @Test
    void aKeyWhoseWriteFailedIsFree() {
        byte[] damaged = numbers(new long[] {0}, 1);
        damaged[damaged.length - 1] ^= 1;
        assertThatThrownBy(() -> get(write("k", "content", damaged)));

        get(write("k", "content", numbers(new long[] {0}, 1)));

        assertThat(rows()).containsExactly("1 0s t=1.0");
    }

    private Future<WriteReceipt> write(String key, String digest, byte[] chunk) {
        return store.write(
                new ExternalWrite("abc123", List.of(part("main", "t")), new ExternalWrite.Once(key, digest)),
                List.of(chunk));
    }

    @Test
    void aWriteOverDaysAndHoursIsCutIntoRowsThatKeepTheRules() {
        long[] seconds = new long[48];
        double[] values = new double[48];
        for (int i = 0; i < 48; i++) {
            seconds[i] = i * 1800L;
            values[i] = i;
        }

        get(write(part("main", "t"), numbers(seconds, values)));

        assertThat(rows()).hasSize(48);
        assertThat(store.readAll(ReadQuery.range("abc123", List.of(), null, null, null)))
                .hasSizeGreaterThanOrEqualTo(16)
                .allSatisfy(entry -> {
                    long[] stamps = ChunkDecoder.timestamps(entry.chunk());
                    assertThat(stamps[stamps.length - 1] - stamps[0]).isLessThanOrEqualTo(3600 * SECOND);
                    assertThat(stamps[stamps.length - 1] / (86_400 * SECOND)).isEqualTo(stamps[0] / (86_400 * SECOND));
                });
    }

    @Test
    void viewersSeeWhatWasPushedAndHearOfLateData() throws Exception {
        CompletableFuture<Buffer> live = new CompletableFuture<>();
        CompletableFuture<JsonObject> late = new CompletableFuture<>();
        get(store.vertx()
                .eventBus()
                .<Buffer>consumer(Addresses.live("abc123"), message -> live.complete(message.body()))
                .completion());
        get(store.vertx()
                .eventBus()
                .<JsonObject>consumer(Addresses.event(AcpMessage.LATE_DATA), message -> late.complete(message.body()))
                .completion());

        get(write(part("main", "t"), numbers(new long[] {10}, 1)));
        Envelope frame = Envelope.from(live.get());
        LiveMeta meta = Wire.read(frame.head(), LiveMeta.class);
        SampleBlock block = ChunkDecoder.decode(frame.body().getBytes());
        assertThat(meta.stream().id()).isEqualTo(MAIN).isEqualTo(block.streamId());
        assertThat(block.column(0).doubleAt(0)).isEqualTo(1);

        get(write(part("main", "t"), numbers(new long[] {5, 20}, 2, 3)));
        assertThat(late.get().getJsonObject("payload").getLong("samples")).isEqualTo(1);
    }

    private static Part part(String stream, String... metrics) {
        return new Part(stream, List.of(metrics));
    }

    private Future<WriteReceipt> write(Part part, byte[] chunk) {
        return store.write(new ExternalWrite("abc123", List.of(part)), List.of(chunk));
    }

    private static byte[] numbers(long[] seconds, double... values) {
        long[] stamps = new long[seconds.length];
        for (int i = 0; i < stamps.length; i++) {
            stamps[i] = START + seconds[i] * SECOND;
        }
        return Samples.encode("x", 0, 0, stamps, List.of(new DoubleColumn(values)));
    }

    /** {@code seq time metric=value}, absent values left out. */
    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        List<EpochRecord> epochs = get(store.service().epochs(MAIN));
        store.readAll(ReadQuery.range("abc123", List.of(MAIN), null, null, null))
                .forEach(entry -> {
                    SampleBlock block = ChunkDecoder.decode(entry.chunk());
                    EpochRecord epoch = epochs.stream()
                            .filter(one -> one.epoch() == block.epoch())
                            .findFirst()
                            .orElseThrow();
                    for (int i = 0; i < block.size(); i++) {
                        StringBuilder row = new StringBuilder()
                                .append(block.firstSeq() + i)
                                .append(' ')
                                .append((block.timestamps()[i] - START) / SECOND)
                                .append('s');
                        for (int c = 0; c < block.columns().size(); c++) {
                            Column column = block.column(c);
                            if (column.isPresent(i)) {
                                String quote = column.format().isText() ? "'" : "";
                                row.append(' ')
                                        .append(epoch.stream().channels().get(c).metric())
                                        .append('=')
                                        .append(quote)
                                        .append(column.textAt(i))
                                        .append(quote);
                            }
                        }
                        rows.add(row.toString());
                    }
                });
        return rows;
    }
}
