package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkHeader;
import org.jspecify.annotations.Nullable;

/** A chunk in the merge by commit, with a place in it; decoded when its first row is shown. Ordered by the row that it would give next. */
final class CommitChunk implements Comparable<CommitChunk> {
    private final ChunkHeader header;
    private final Commits commits;
    private final Layouts.Layout layout;
    private final EpochClips clips;
    private byte @Nullable [] bytes;
    private @Nullable DecodedChunk decoded;
    private int run;
    private int sample;
    private int runEnd;

    CommitChunk(byte[] bytes, ChunkHeader header, Commits commits, Layouts.Layout layout, EpochClips clips) {
        this(header, commits, layout, clips);
        this.bytes = bytes;
    }

    private CommitChunk(ChunkHeader header, Commits commits, Layouts.Layout layout, EpochClips clips) {
        this.header = header;
        this.commits = commits;
        this.layout = layout;
        this.clips = clips;
        toRun(0);
    }

    /** Where it begins, without its bytes. */
    CommitChunk start() {
        return new CommitChunk(header, commits, layout, clips);
    }

    private void toRun(int next) {
        run = next;
        if (next < commits.size()) {
            sample = (int) (commits.firstSeq(next) - header.firstSeq());
            runEnd = (int) (commits.lastSeq(next) - header.firstSeq()) + 1;
        }
    }

    /** Goes to the first row behind a place. @return false when there is none */
    boolean skipBehind(@Nullable CommitKey place) {
        if (place == null || Long.compareUnsigned(tx(), place.tx()) > 0) {
            return true;
        }
        int later = commits.firstAfter(place.tx());
        boolean shared = later > 0 && commits.tx(later - 1) == place.tx();
        int byEpoch = byEpoch(place.stream(), place.epoch());
        if (shared && byEpoch > 0) {
            toRun(later - 1);
            return true;
        }
        if (shared && byEpoch == 0 && commits.lastSeq(later - 1) > place.seq()) {
            toRun(later - 1);
            sample = Math.max(sample, (int) Math.max(0, place.seq() + 1 - header.firstSeq()));
            return true;
        }
        toRun(later);
        return later < commits.size();
    }

    private int byEpoch(String stream, long epoch) {
        int byStream = header.streamId().compareTo(stream);
        return byStream != 0 ? byStream : Long.compare(header.epoch(), epoch);
    }

    long tx() {
        return commits.tx(run);
    }

    /** Points the row to the present sample. @return false when that is left out @param from UTC ns, inclusive @param to exclusive */
    boolean show(Row row, long from, long to) {
        DecodedChunk ready = decoded;
        if (ready == null) {
            byte[] undecoded = bytes;
            if (undecoded == null) {
                throw new IllegalStateException("a start has no rows");
            }
            ready = DecodedChunk.inOrderOfSeq(undecoded, header, layout, clips);
            decoded = ready;
            bytes = null;
        }
        long time = ready.timestamp(sample);
        if (time < from || time >= to || ready.hides(sample)) {
            return false;
        }
        row.move(ready, sample);
        return true;
    }

    /** @return false when it has no more rows */
    boolean step() {
        sample++;
        if (sample == runEnd) {
            toRun(run + 1);
        }
        return run < commits.size();
    }

    /** Compares transaction, stream and epoch. */
    int compareEpochs(CommitChunk other) {
        int byTx = Long.compareUnsigned(tx(), other.tx());
        return byTx != 0 ? byTx : byEpoch(other.header.streamId(), other.header.epoch());
    }

    @Override
    public int compareTo(CommitChunk other) {
        int byEpoch = compareEpochs(other);
        return byEpoch != 0
                ? byEpoch
                : Long.compare(header.firstSeq() + sample, other.header.firstSeq() + other.sample);
    }
}
