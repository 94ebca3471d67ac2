package dev.sinal.bench.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowMerger;
import dev.sinal.gateway.format.RowBytes;
import dev.sinal.gateway.format.RowFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One stored chunk, decoded and written row by row as the gateway does it. */
final class SignalRows {
    private static final int SAMPLES = 1_000;
    private static final JsonFactory JACKSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final String name;
    private final StreamDescriptor stream;
    private final byte[] chunk;
    private final SerializedString[] names;
    private final RowBytes out = new RowBytes(1 << 20);
    private final ByteArrayOutputStream sink = new ByteArrayOutputStream(1 << 20);

    private SignalRows(String name, String format, List<Column> columns) {
        this.name = name;
        List<ChannelDescriptor> channels = new ArrayList<>();
        this.names = new SerializedString[columns.size()];
        for (int c = 0; c < columns.size(); c++) {
            channels.add(ChannelDescriptor.plain("channel_" + c));
            names[c] = new SerializedString("channel_" + c);
        }
        this.stream = new StreamDescriptor(
                "s1", "bench", "signal", "signal", "EEG", "", "", "", "", format, 1_000, null, channels);
        long[] stamps = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            stamps[i] = 1_795_348_800_000_000_000L + i * 1_000_000L;
        }
        SampleBlock block = new SampleBlock("s1", 1, 1, TimeBasis.LSL, stamps, null, columns);
        this.chunk = ChunkEncoder.encode(block, Codecs.COMPRESS);
    }

    /** 64 channels of float32 from a 24-bit converter. */
    static SignalRows eeg() {
        SplittableRandom random = new SplittableRandom(1);
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < 64; c++) {
            float[] values = new float[SAMPLES];
            long level = random.nextInt(-300_000, 300_000);
            for (int i = 0; i < SAMPLES; i++) {
                level += random.nextInt(-60, 61);
                values[i] = (float) (level * 0.022351743);
            }
            columns.add(new FloatColumn(values));
        }
        return new SignalRows("64 x float32 EEG", "float32", columns);
    }

    /** Four vital signs with one or two decimals. */
    static SignalRows vitals() {
        SplittableRandom random = new SplittableRandom(2);
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
            double[] values = new double[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                values[i] = c < 2 ? random.nextInt(50, 100) : random.nextInt(300, 400) / 10.0;
            }
            columns.add(new DoubleColumn(values));
        }
        return new SignalRows("4 x double64 vital signs", "double64", columns);
    }

    String name() {
        return name;
    }

    int values() {
        return SAMPLES * names.length;
    }

    List<String> metrics() {
        return stream.channels().stream().map(ChannelDescriptor::metric).toList();
    }

    private RowMerger merger() {
        RowMerger merger = RowMerger.ofAll(
                new ReadOpened(null, "", List.of(new ReadOpened.EpochDescriptor(0, stream)), List.of()),
                ColumnChoice.ALL);
        merger.add(chunk);
        merger.end();
        return merger;
    }

    long write(RowFormat format) {
        RowMerger merger = merger();
        format.begin(out);
        long rows = 0;
        while (merger.advance()) {
            format.row(out, merger.row());
            rows++;
        }
        return rows + out.take().length();
    }

    /** The same rows by Jackson's generator, with names encoded beforehand. */
    long jackson() {
        RowMerger merger = merger();
        sink.reset();
        try (JsonGenerator json = JACKSON.createGenerator(sink)) {
            json.setRootValueSeparator(new SerializedString("\n"));
            while (merger.advance()) {
                Row row = merger.row();
                json.writeStartObject();
                json.writeStringField("agent_id", stream.agentId());
                json.writeStringField("stream", stream.name());
                json.writeStringField("stream_id", stream.id());
                json.writeNumberField("epoch", row.epoch());
                json.writeNumberField("seq", row.seq());
                json.writeStringField("timestamp", UtcNanos.format(row.timestamp()));
                json.writeObjectFieldStart("metrics");
                for (int c = 0; c < names.length; c++) {
                    if (row.isPresent(c)) {
                        json.writeFieldName(names[c]);
                        json.writeNumber(row.value(c));
                    }
                }
                json.writeEndObject();
                json.writeEndObject();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sink.size();
    }
}
