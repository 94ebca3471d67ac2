package dev.sinal.chunk;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8 that also carries unpaired surrogates, as three bytes each ("generalized UTF-8", the encoding of WTF-8). Every Java
 * string has exactly one form, a well-formed string the usual one, so nothing is replaced by question marks on the way.
 */
final class GeneralUtf8 {
    private GeneralUtf8() {}

    static byte[] encode(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        return hasUnpaired(text) ? encodeUnpaired(text) : plain;
    }

    private static boolean hasUnpaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                if (!isPair(text, i)) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    private static byte[] encodeUnpaired(String text) {
        ByteSink out = new ByteSink(text.length() * 3);
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (point < 0x80) {
                out.u8(point);
            } else if (point < 0x800) {
                out.u8(0xC0 | (point >> 6));
                out.u8(0x80 | (point & 0x3F));
            } else if (point < 0x10000) {
                out.u8(0xE0 | (point >> 12));
                out.u8(0x80 | (point >> 6 & 0x3F));
                out.u8(0x80 | (point & 0x3F));
            } else {
                out.u8(0xF0 | (point >> 18));
                out.u8(0x80 | (point >> 12 & 0x3F));
                out.u8(0x80 | (point >> 6 & 0x3F));
                out.u8(0x80 | (point & 0x3F));
            }
        }
        return out.toBytes();
    }

    /** @throws ChunkFormatException for bytes that {@link #encode} would never write */
    static String decode(String field, byte[] bytes, int from, int length) {
        int end = from + length;
        for (int i = from; i < end; i++) {
            if (bytes[i] < 0) {
                return decodeLong(field, bytes, from, end);
            }
        }
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    private static String decodeLong(String field, byte[] bytes, int from, int end) {
        StringBuilder text = new StringBuilder(end - from);
        boolean afterHigh = false;
        for (int i = from; i < end; ) {
            int lead = bytes[i] & 0xFF;
            int more = lead < 0x80 ? 0 : lead < 0xC0 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF8 ? 3 : -1;
            if (more < 0 || more >= end - i) {
                throw malformed(field);
            }
            int point = more == 0 ? lead : lead & (0x3F >> more);
            for (int k = 1; k <= more; k++) {
                if ((bytes[i + k] & 0xC0) != 0x80) {
                    throw malformed(field);
                }
                point = (point << 6) | (bytes[i + k] & 0x3F);
            }
            i += more + 1;
            boolean tooLong =
                    (more == 1 && point < 0x80) || (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
            boolean lowAfterHigh = afterHigh && point >= 0xDC00 && point <= 0xDFFF;
            if (tooLong || lowAfterHigh || point > Character.MAX_CODE_POINT) {
                throw malformed(field);
            }
            text.appendCodePoint(point);
            afterHigh = point >= 0xD800 && point <= 0xDBFF;
        }
        return text.toString();
    }

    private static ChunkFormatException malformed(String field) {
        return new ChunkFormatException(field, "malformed UTF-8");
    }
}
