package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which rows of which epochs a reader leaves out. Without overlaps it is empty, and costs one look-up a chunk. */
public final class EpochClips {
    /** Nothing is left out. */
    public static final EpochClips NONE = new EpochClips(List.of());

    private final Map<String, Map<Long, List<EpochClip>>> byEpoch = new HashMap<>();

    public EpochClips(List<EpochClip> clips) {
        for (EpochClip clip : clips) {
            byEpoch.computeIfAbsent(clip.stream(), id -> new HashMap<>())
                    .computeIfAbsent(clip.epoch(), epoch -> new ArrayList<>())
                    .add(clip);
        }
    }

    public boolean isEmpty() {
        return byEpoch.isEmpty();
    }

    public boolean touches(String stream, long epoch) {
        return byEpoch.getOrDefault(stream, Map.of()).containsKey(epoch);
    }

    /** @param rawStamps seconds of the producer's clock; null = none @return the samples that are left out; null = none of them */
    public @Nullable BitSet hidden(String stream, long epoch, long[] timestamps, double @Nullable [] rawStamps) {
        List<EpochClip> clips = byEpoch.getOrDefault(stream, Map.of()).get(epoch);
        if (clips == null) {
            return null;
        }
        BitSet hidden = new BitSet(timestamps.length);
        for (EpochClip clip : clips) {
            for (int i = 0; i < timestamps.length; i++) {
                if (clip.hides(timestamps[i], rawStamps == null ? Double.NaN : rawStamps[i])) {
                    hidden.set(i);
                }
            }
        }
        return hidden.isEmpty() ? null : hidden;
    }

    /** What is left of a block: itself, nothing, or the stretches between what is left out, with the numbers they have in it. */
    public List<SampleBlock> visible(SampleBlock block) {
        BitSet hidden = hidden(block.streamId(), block.epoch(), block.timestamps(), block.rawStamps());
        if (hidden == null) {
            return List.of(block);
        }
        List<SampleBlock> stretches = new ArrayList<>();
        for (int from = hidden.nextClearBit(0); from < block.size(); ) {
            int next = hidden.nextSetBit(from);
            int to = next < 0 ? block.size() : next;
            stretches.add(block.slice(from, to));
            from = hidden.nextClearBit(to);
        }
        return stretches;
    }

    /** The same of an encoded chunk; encoded anew only where a part of it is left out. */
    public List<byte[]> visible(byte[] chunk) {
        ChunkHeader header = ChunkHeader.read(chunk);
        if (!touches(header.streamId(), header.epoch())) {
            return List.of(chunk);
        }
        SampleBlock block = ChunkDecoder.decode(chunk);
        List<SampleBlock> stretches = visible(block);
        if (stretches.size() == 1 && stretches.get(0) == block) {
            return List.of(chunk);
        }
        return stretches.stream()
                .map(stretch -> ChunkEncoder.encode(stretch, Codecs.COMPRESS))
                .toList();
    }
}
