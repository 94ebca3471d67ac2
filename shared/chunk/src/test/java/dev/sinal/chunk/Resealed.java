package dev.sinal.chunk;

/** Gives damaged chunks the checksums that hide the damage. */
final class Resealed {
    private Resealed() {}

    /** As far as the lengths in the header still lead anywhere. */
    static void reseal(byte[] chunk) {
        if (chunk.length < Layout.AT_STREAM_ID) {
            return;
        }
        int headerLength = LittleEndian.getInt(chunk, Layout.AT_HEADER_LENGTH);
        if (headerLength < Layout.AT_STREAM_ID || headerLength > chunk.length) {
            return;
        }
        int at = seal(chunk, headerLength, Layout.AT_TIMESTAMPS_LENGTH, Layout.AT_TIMESTAMPS_CRC);
        at = seal(chunk, at, Layout.AT_RAW_STAMPS_LENGTH, Layout.AT_RAW_STAMPS_CRC);
        int table = Layout.AT_STREAM_ID + chunk[Layout.AT_STREAM_ID_LENGTH];
        for (int c = 0; c < LittleEndian.getU16(chunk, Layout.AT_CHANNELS); c++) {
            int entry = table + c * Layout.CHANNEL_ENTRY;
            if (entry < Layout.AT_STREAM_ID || entry + Layout.CHANNEL_ENTRY > headerLength) {
                break;
            }
            at = seal(chunk, at, entry + Layout.CHANNEL_LENGTH, entry + Layout.CHANNEL_CRC);
        }
        Layout.sealHeader(chunk, headerLength);
    }

    private static int seal(byte[] chunk, int from, int atLength, int atCrc) {
        int length = LittleEndian.getInt(chunk, atLength);
        if (length < 0 || length > chunk.length - from) {
            return chunk.length;
        }
        LittleEndian.putInt(chunk, atCrc, Layout.crc(chunk, from, length));
        return from + length;
    }
}
