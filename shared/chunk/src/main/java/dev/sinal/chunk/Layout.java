package dev.sinal.chunk;

import java.util.zip.CRC32C;

/** Where the fields of a chunk are. The page docs/contracts/chunk-format.md says the same in words. */
final class Layout {
    static final int MAGIC = 'S' | 'N' << 8 | 'L' << 16 | 'K' << 24;
    static final int VERSION = 1;

    static final int FLAG_SORTED = 1;
    static final int FLAG_RAW_STAMPS = 2;

    static final int AT_VERSION = 4;
    static final int AT_FLAGS = 5;
    static final int AT_BASIS = 6;
    static final int AT_STREAM_ID_LENGTH = 7;
    static final int AT_LENGTH = 8;
    static final int AT_HEADER_LENGTH = 12;
    static final int AT_HEADER_CRC = 16;
    static final int AT_COUNT = 20;
    static final int AT_EPOCH = 24;
    static final int AT_FIRST_SEQ = 32;
    static final int AT_MIN_TIMESTAMP = 40;
    static final int AT_MAX_TIMESTAMP = 48;
    static final int AT_CHANNELS = 56;
    static final int AT_TIMESTAMPS_CODEC = 58;
    static final int AT_RAW_STAMPS_CODEC = 59;
    static final int AT_TIMESTAMPS_LENGTH = 60;
    static final int AT_TIMESTAMPS_CRC = 64;
    static final int AT_RAW_STAMPS_LENGTH = 68;
    static final int AT_RAW_STAMPS_CRC = 72;
    static final int AT_STREAM_ID = 76;

    static final int CHANNEL_ENTRY = 40;
    static final int CHANNEL_FORMAT = 0;
    static final int CHANNEL_CODEC = 1;
    static final int CHANNEL_FLAGS = 2;
    static final int CHANNEL_RESERVED = 3;
    static final int CHANNEL_LENGTH = 4;
    static final int CHANNEL_CRC = 8;
    static final int CHANNEL_VALID = 12;
    static final int CHANNEL_MIN = 16;
    static final int CHANNEL_MAX = 24;
    static final int CHANNEL_MEAN = 32;

    static final int CHANNEL_FLAG_PRESENCE = 1;

    private Layout() {}

    static int headerLength(int streamIdLength, int channels) {
        return AT_STREAM_ID + streamIdLength + channels * CHANNEL_ENTRY;
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** Over the whole header, skipping the four bytes that hold the result. */
    static int headerCrc(byte[] bytes, int headerLength) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, AT_HEADER_CRC);
        crc.update(bytes, AT_HEADER_CRC + 4, headerLength - AT_HEADER_CRC - 4);
        return (int) crc.getValue();
    }

    static void sealHeader(byte[] bytes, int headerLength) {
        LittleEndian.putInt(bytes, AT_HEADER_CRC, headerCrc(bytes, headerLength));
    }
}
