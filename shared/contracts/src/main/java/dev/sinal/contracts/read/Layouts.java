package dev.sinal.contracts.read;

import dev.sinal.contracts.StreamDescriptor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the channels of a chunk are: the descriptor of its epoch, the columns that its reader wants, and those that were sent. */
final class Layouts {
    private final Map<String, TreeMap<Long, StreamDescriptor>> descriptors = new HashMap<>();
    private final Map<StreamDescriptor, Layout> layouts = new IdentityHashMap<>();
    private final ColumnChoice choice;
    private final @Nullable ReadQuery sliced;

    /** @param sliced the query when the store has left out the columns that it does not name */
    Layouts(List<ReadOpened.EpochDescriptor> streams, ColumnChoice choice, @Nullable ReadQuery sliced) {
        for (ReadOpened.EpochDescriptor described : streams) {
            descriptors
                    .computeIfAbsent(described.stream().id(), id -> new TreeMap<>())
                    .put(described.fromEpoch(), described.stream());
        }
        this.choice = choice;
        this.sliced = sliced;
    }

    /** Of the chunks of some epochs. */
    static final class Layout {
        private final StreamDescriptor stream;
        private final int[] columns;
        private final int @Nullable [] sent;

        /** @param columns that are wanted @param sent columns of the stream in the order in which the chunk has them; null = all */
        Layout(StreamDescriptor stream, int[] columns, int @Nullable [] sent) {
            this.stream = stream;
            this.columns = columns;
            this.sent = sent;
        }

        StreamDescriptor stream() {
            return stream;
        }

        int[] columns() {
            return columns;
        }

        /** Where a column of the stream is in the chunk; negative = it was not sent. */
        int at(int column) {
            return sent == null ? column : Arrays.binarySearch(sent, column);
        }
    }

    Layout of(String streamId, long epoch) {
        return layouts.computeIfAbsent(
                stream(streamId, epoch),
                stream -> new Layout(stream, choice.columns(stream), sliced == null ? null : sliced.columnsOf(stream)));
    }

    /** The descriptor that holds for an epoch of a stream. */
    StreamDescriptor stream(String streamId, long epoch) {
        TreeMap<Long, StreamDescriptor> epochs = descriptors.get(streamId);
        if (epochs == null) {
            throw new IllegalStateException("stream " + streamId + " was not described when the read was opened");
        }
        Map.Entry<Long, StreamDescriptor> holds = epochs.floorEntry(epoch);
        return holds == null ? epochs.firstEntry().getValue() : holds.getValue();
    }
}
