package dev.sinal.launcher;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import java.util.HexFormat;
import java.util.StringJoiner;

/** Samples as the clients print them with {@code --csv --bits}: every value as the hexadecimal digits of its bits. */
final class ChunkText {
    private ChunkText() {}

    static String header(int channels) {
        StringJoiner line = new StringJoiner(",", "", "\n");
        line.add("stream_id").add("epoch").add("seq").add("timestamp").add("raw_stamp");
        for (int c = 0; c < channels; c++) {
            line.add("c" + c);
        }
        return line.toString();
    }

    static String rows(SampleBlock block) {
        StringBuilder text = new StringBuilder();
        double[] raw = block.rawStamps();
        for (int i = 0; i < block.size(); i++) {
            StringJoiner line = new StringJoiner(",", "", "\n");
            line.add(block.streamId()).add(Long.toString(block.epoch()));
            line.add(Long.toString(block.firstSeq() + i)).add(Long.toString(block.timestamps()[i]));
            line.add(raw == null ? "" : HexFormat.of().toHexDigits(Double.doubleToRawLongBits(raw[i])));
            for (Column column : block.columns()) {
                line.add(column.isPresent(i) ? bits(column, i) : "");
            }
            text.append(line);
        }
        return text.toString();
    }

    private static String bits(Column column, int i) {
        HexFormat hex = HexFormat.of();
        if (column instanceof FloatColumn floats) {
            return hex.toHexDigits(Float.floatToRawIntBits(floats.values()[i]));
        }
        if (column instanceof DoubleColumn doubles) {
            return hex.toHexDigits(Double.doubleToRawLongBits(doubles.values()[i]));
        }
        if (column instanceof TextColumn) {
            StringBuilder units = new StringBuilder("\"");
            column.textAt(i).chars().forEach(unit -> units.append(hex.toHexDigits((char) unit)));
            return units.append('"').toString();
        }
        return hex.toHexDigits(column.longAt(i), 2 * column.format().bytes());
    }
}
