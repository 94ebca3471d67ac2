package dev.sinal.gateway.live;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads live frames off the bus. Heads repeat with every frame of an epoch, so each is parsed once. */
final class FrameDecoder {
    private static final int MAX_HEADS = 512;

    private final Map<Buffer, LiveMeta> heads = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Buffer, LiveMeta> eldest) {
            return size() > MAX_HEADS;
        }
    };

    record Decoded(LiveMeta meta, SampleBlock block, int bytes) {}

    /** @throws IllegalArgumentException for anything that is no live frame, or contradicts itself */
    Decoded decode(Buffer message) {
        Envelope.Split split = Envelope.split(message);
        LiveMeta meta = heads.computeIfAbsent(split.head(), head -> Wire.read(new JsonObject(head), LiveMeta.class));
        SampleBlock block = ChunkDecoder.decode(split.body().getBytes());
        if (!block.streamId().equals(meta.stream().id())
                || block.epoch() != meta.epoch()
                || block.columns().size() != meta.stream().channels().size()) {
            throw new IllegalArgumentException(
                    "chunk and head of a live frame disagree about stream, epoch or channels");
        }
        return new Decoded(meta, block, split.body().length());
    }
}
