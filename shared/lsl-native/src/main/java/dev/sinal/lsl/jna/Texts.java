package dev.sinal.lsl.jna;

import com.sun.jna.Pointer;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.StreamInfoXml;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text for and from the C interface. */
final class Texts {
    private Texts() {}

    /**
     * UTF-8 with a closing NUL.
     *
     * @throws LslException if the text itself has a NUL, which would cut it short
     */
    static byte[] utf8(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new LslException("the native library cannot take a NUL character here: " + text.replace('\0', '?'));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** Reads a description and leaves it to its owner. @throws LslException if it cannot be read */
    static StreamInfo info(Pointer info, LslLimits limits) {
        Pointer xml = Calls.lsl_get_xml(info);
        if (xml == null) {
            throw new LslException("the native library has no description of the stream");
        }
        try {
            return StreamInfoXml.read(xml.getByteArray(0, (int) xml.indexOf(0, (byte) 0)), limits);
        } finally {
            Calls.lsl_destroy_string(xml);
        }
    }
}
