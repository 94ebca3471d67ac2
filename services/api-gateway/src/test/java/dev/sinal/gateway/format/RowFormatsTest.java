package dev.sinal.gateway.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.RowMerger;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** The same three rows in every format: odd values, absent ones, a scaled channel, text. */
final class RowFormatsTest {
    private static final StreamDescriptor STREAM = new StreamDescriptor(
            "s1",
            "a,1",
            "main",
            "main",
            "EEG",
            "",
            "",
            "",
            "",
            "float32",
            10,
            null,
            List.of(
                    ChannelDescriptor.plain("f"),
                    ChannelDescriptor.plain("d"),
                    ChannelDescriptor.plain("n"),
                    new ChannelDescriptor("x", "x", "mV", "spec", "", 0.5, 1.0),
                    ChannelDescriptor.plain("t")));

    private static RowMerger rows() {
        BitSet first = BitSet.valueOf(new long[] {0b001});
        List<Column> columns = List.of(
                new FloatColumn(new float[] {0.1f, Float.NaN, 0}, BitSet.valueOf(new long[] {0b011})),
                new DoubleColumn(new double[] {-0.0, Double.NEGATIVE_INFINITY, 0}, BitSet.valueOf(new long[] {0b011})),
                new LongColumn(SampleFormat.INT64, new long[] {Long.MIN_VALUE, 0, 0}, first),
                new LongColumn(SampleFormat.INT16, new long[] {3, 0, 0}, first),
                new TextColumn(new String[] {"say \"hi\"\n", "", ""}, BitSet.valueOf(new long[] {0b011})));
        long[] stamps = {1_746_705_600_000_000_001L, 1_746_705_600_100_000_000L, 1_746_705_601_000_000_000L};
        SampleBlock block =
                new SampleBlock("s1", 7, 100, TimeBasis.LSL, stamps, new double[] {1.5, 1.6, Double.NaN}, columns);
        RowMerger merger = RowMerger.ofAll(
                new ReadOpened(null, "", List.of(new ReadOpened.EpochDescriptor(0, STREAM)), List.of()),
                ColumnChoice.ALL);
        merger.add(ChunkEncoder.encode(block, Codecs.COMPRESS));
        merger.end();
        return merger;
    }

    private static String written(RowFormat format) {
        RowBytes out = new RowBytes(1);
        format.begin(out);
        RowMerger rows = rows();
        while (rows.advance()) {
            format.row(out, rows.row());
        }
        return out.take().toString();
    }

    @Test
    void linesOfJsonNameWhatJsonCannotSay() {
        String head = "{\"agent_id\":\"a,1\",\"stream\":\"main\",\"stream_id\":\"s1\",\"epoch\":7,";

        assertThat(written(new NdjsonRows(RowStyle.PLAIN))).isEqualTo(head + """
                "seq":100,"timestamp":"2025-05-08T12:00:00.000000001Z","metrics":{"f":0.10000000149011612,"d":-0.0,"n":-9223372036854775808,"x":2.5,"t":"say \\"hi\\"\\n"}}
                """ + head + """
                "seq":101,"timestamp":"2025-05-08T12:00:00.100000000Z","metrics":{"f":null,"d":null,"t":""},"special":{"f":"NaN","d":"-Infinity"}}
                """ + head + """
                "seq":102,"timestamp":"2025-05-08T12:00:01.000000000Z","metrics":{}}
                """);
    }

    @Test
    void stylesChangeNumbersAndTimes() {
        String json = written(new JsonRows(new RowStyle(Times.UNIX_NS, true, true, false)));

        assertThat(json)
                .contains("\"timestamp\":1746705600000000001,")
                .contains("\"f\":0.1,")
                .contains("\"n\":\"-9223372036854775808\",")
                .contains("},{");
        assertThat(written(new NdjsonRows(new RowStyle(Times.RFC3339, false, false, true))))
                .contains("\"timestamp\":1.5,")
                .contains("\"timestamp\":null,");
    }

    @Test
    void tablesLeaveAbsentValuesEmpty() {
        assertThat(written(CsvRows.wide(RowStyle.PLAIN, List.of("n", "f", "t", "other", "d", "x"), true)))
                .isEqualTo("""
                agent_id,stream,epoch,seq,timestamp,n,f,t,other,d,x,stream_id
                "a,1",main,7,100,2025-05-08T12:00:00.000000001Z,-9223372036854775808,0.10000000149011612,"say ""hi""
                ",,-0.0,2.5,s1
                "a,1",main,7,101,2025-05-08T12:00:00.100000000Z,,NaN,"",,-Inf,,s1
                "a,1",main,7,102,2025-05-08T12:00:01.000000000Z,,,,,,,s1
                """.replace("\n", "\r\n").replace("hi\"\"\r\n", "hi\"\"\n"));
        assertThat(written(CsvRows.longLayout(new RowStyle(Times.UNIX_NS, true, false, false), false)))
                .isEqualTo("""
                agent_id,stream,epoch,seq,timestamp,metric,value
                "a,1",main,7,100,1746705600000000001,f,0.1
                "a,1",main,7,100,1746705600000000001,d,-0.0
                "a,1",main,7,100,1746705600000000001,n,-9223372036854775808
                "a,1",main,7,100,1746705600000000001,x,2.5
                "a,1",main,7,100,1746705600000000001,t,"say ""hi""
                "
                "a,1",main,7,101,1746705600100000000,f,NaN
                "a,1",main,7,101,1746705600100000000,d,-Inf
                "a,1",main,7,101,1746705600100000000,t,""
                """.replace("\n", "\r\n").replace("hi\"\"\r\n", "hi\"\"\n"));
    }

    @Test
    void messagesKeepTheStoredType() throws IOException {
        RowBytes out = new RowBytes(1);
        RowMerger rows = rows();
        MsgpackRows format = new MsgpackRows(RowStyle.PLAIN);
        while (rows.advance()) {
            format.row(out, rows.row());
        }
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(out.toBytes())) {
            assertThat(in.unpackValue().toJson()).isEqualTo("""
                    {"agent_id":"a,1","stream":"main","stream_id":"s1","epoch":7,"seq":100,"timestamp":"2025-05-08T12:00:00.000000001Z",\
                    "metrics":{"f":0.10000000149011612,"d":-0.0,"n":-9223372036854775808,"x":2.5,"t":"say \\"hi\\"\\n"}}""");
            in.unpackValue();
            assertThat(in.unpackValue().toJson()).endsWith("\"metrics\":{}}");
            assertThat(in.hasNext()).isFalse();
        }
    }
}
