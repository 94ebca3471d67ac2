package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.StreamDescriptor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A chunk's samples in the order of time, those of equal time in the order of seq, with a place in them. */
final class DecodedChunk {
    private final StreamDescriptor stream;
    private final SampleBlock block;
    private final int[] slots;
    private final @Nullable BitSet hidden;
    private final int @Nullable [] order;
    private final int rows;
    private int place;

    /** @param layout columns that are decoded @param clips rows to leave out */
    DecodedChunk(byte[] bytes, ChunkHeader header, Layouts.Layout layout, EpochClips clips) {
        this(bytes, header, layout, clips, true);
    }

    /** For readers who walk over its samples by themselves. */
    static DecodedChunk inOrderOfSeq(byte[] bytes, ChunkHeader header, Layouts.Layout layout, EpochClips clips) {
        return new DecodedChunk(bytes, header, layout, clips, false);
    }

    private DecodedChunk(
            byte[] bytes, ChunkHeader header, Layouts.Layout layout, EpochClips clips, boolean inOrderOfTime) {
        this.stream = layout.stream();
        this.slots = new int[stream.channels().size()];
        Arrays.fill(slots, -1);
        int[] stored = new int[slots.length];
        int count = 0;
        for (int c : layout.columns()) {
            int at = layout.at(c);
            if (c >= 0 && c < slots.length && slots[c] < 0 && at >= 0 && at < header.channels()) {
                slots[c] = count;
                stored[count++] = at;
            }
        }
        this.block = ChunkDecoder.decode(bytes, Arrays.copyOf(stored, count));
        this.hidden = clips.hidden(block.streamId(), block.epoch(), block.timestamps(), block.rawStamps());
        int[] sorted = inOrderOfTime && !header.sorted() ? byTime(block.timestamps()) : null;
        this.order = inOrderOfTime && hidden != null ? without(hidden, sorted, block.size()) : sorted;
        this.rows = order == null ? block.size() : order.length;
    }

    private static int[] byTime(long[] timestamps) {
        // The sort of boxed integers is stable, so equal stamps stay in the order of seq. Unsorted chunks are rare.
        return IntStream.range(0, timestamps.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> timestamps[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static int[] without(BitSet hidden, int @Nullable [] order, int size) {
        IntStream all = order == null ? IntStream.range(0, size) : Arrays.stream(order);
        return all.filter(i -> !hidden.get(i)).toArray();
    }

    private int index(int at) {
        return order == null ? at : order[at];
    }

    /** Whether a sample is left out. */
    boolean hides(int sample) {
        return hidden != null && hidden.get(sample);
    }

    boolean hasRow() {
        return place < rows;
    }

    /** Sample index of the present place. */
    int sample() {
        return index(place);
    }

    void step() {
        place++;
    }

    /** Goes to the first sample at or after this time. */
    void skipTo(long from) {
        while (hasRow() && timestamp(sample()) < from) {
            step();
        }
    }

    StreamDescriptor stream() {
        return stream;
    }

    String streamId() {
        return block.streamId();
    }

    long epoch() {
        return block.epoch();
    }

    TimeBasis basis() {
        return block.basis();
    }

    long seq(int sample) {
        return block.firstSeq() + sample;
    }

    long timestamp(int sample) {
        return block.timestamps()[sample];
    }

    double rawStamp(int sample) {
        double[] stamps = block.rawStamps();
        return stamps == null ? Double.NaN : stamps[sample];
    }

    @Nullable
    Column column(int c) {
        int slot = slots[c];
        return slot < 0 ? null : block.column(slot);
    }
}
