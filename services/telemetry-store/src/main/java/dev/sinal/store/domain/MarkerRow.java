package dev.sinal.store.domain;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.StreamDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sample of a marker stream as a marker. @param seq of the sample */
public record MarkerRow(long seq, MarkerEntry marker) {

    /**
     * The first channel is the label, the second, if any, the value. The id is made of the sample's number, so that storing again adds
     * nothing.
     */
    static List<MarkerRow> of(StreamDescriptor stream, SampleBlock block) {
        List<MarkerRow> markers = new ArrayList<>();
        if (block.columns().isEmpty()) {
            return markers;
        }
        Column labels = block.column(0);
        Column values = block.columns().size() > 1 ? block.column(1) : null;
        for (int i = 0; i < block.size(); i++) {
            if (labels.isPresent(i)) {
                markers.add(row(stream, block, i, labels, values));
            }
        }
        return markers;
    }

    private static MarkerRow row(
            StreamDescriptor stream, SampleBlock block, int i, Column labels, @Nullable Column values) {
        long seq = block.firstSeq() + i;
        return new MarkerRow(
                seq,
                new MarkerEntry(
                        stream.id() + ":" + block.epoch() + ":" + seq,
                        stream.agentId(),
                        stream.name(),
                        storable(labels.textAt(i)),
                        values == null || !values.isPresent(i) ? null : storable(values.textAt(i)),
                        block.timestamps()[i],
                        null,
                        block.basis().wireName(),
                        null,
                        "lsl",
                        null));
    }

    /** PostgreSQL text cannot hold NUL; the chunk keeps the value as it was. */
    private static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }
}
