package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleBlock;

/**
 * Fewer samples for eyes: every k-th of a regular stream by its seq, so that the choice does not depend on how samples were cut into frames; of an irregular one
 * the first in each interval. Nothing is averaged: what is above half the new rate folds back.
 */
final class Thinner {
    private Thinner() {}

    /** @param columns sent @param maxHz most samples a second */
    static Part thin(LiveFrame frame, int[] columns, double maxHz) {
        LiveStream stream = frame.stream();
        SampleBlock block = frame.block();
        double rate = stream.descriptor().nominalRate();
        return rate > 0
                ? regular(stream, block, columns, (int) Math.max(1, Math.ceil(rate / maxHz - 1e-9)))
                : irregular(frame, columns, (long) (1e9 / maxHz));
    }

    private static Part regular(LiveStream stream, SampleBlock block, int[] columns, int step) {
        if (step == 1) {
            return new Part(stream, block, columns, null, 1);
        }
        int first = (int) ((step - (block.firstSeq() - 1) % step) % step);
        int[] rows = new int[first >= block.size() ? 0 : (block.size() - first - 1) / step + 1];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = first + i * step;
        }
        return new Part(stream, block, columns, rows, step);
    }

    private static Part irregular(LiveFrame frame, int[] columns, long interval) {
        LiveStream stream = frame.stream();
        SampleBlock block = frame.block();
        int[] rows = new int[block.size()];
        int kept = 0;
        long last = frame.before() == LiveFrame.UNKNOWN ? Long.MIN_VALUE : Math.floorDiv(frame.before(), interval);
        for (int i = 0; i < block.size(); i++) {
            long slot = Math.floorDiv(block.timestamps()[i], interval);
            if (slot != last) {
                rows[kept++] = i;
                last = slot;
            }
        }
        return kept == block.size()
                ? new Part(stream, block, columns, null, 1)
                : new Part(stream, block, columns, java.util.Arrays.copyOf(rows, kept), 0);
    }
}
