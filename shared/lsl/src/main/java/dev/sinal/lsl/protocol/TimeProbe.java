package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sinal.lsl.LslProtocolException;

/** One round trip to the time service; see "liblsl, time_receiver.cpp". All times in seconds. */
public final class TimeProbe {
    /** First line of a request. */
    public static final String COMMAND = "LSL:timedata";

    private static final int MAX_LENGTH = 256;
    private static final long NANOS = 1_000_000_000L;
    /** 97 days: up to here neighbouring nanoseconds are different doubles and 16 digits tell them apart. */
    private static final double FINE_BELOW_S = 1 << 23;

    private TimeProbe() {}

    /** A request: the wave it belongs to and t0, the asker's clock when sending. */
    public record Request(int wave, double sent) {
        public byte[] encode() {
            return (COMMAND + "\r\n" + wave + " " + time(sent) + "\r\n").getBytes(US_ASCII);
        }

        /** @throws LslProtocolException if it is not a request */
        public static Request decode(byte[] datagram) {
            String text = text(datagram);
            int line = text.indexOf('\n');
            if (line < 0 || !text.substring(0, line).strip().equals(COMMAND)) {
                throw LslProtocolException.invalid("time request", COMMAND, text);
            }
            String[] words = text.substring(line + 1).strip().split("\\s+");
            if (words.length != 2) {
                throw LslProtocolException.invalid("time request", "'wave t0'", text.substring(line + 1));
            }
            return new Request(waveId(words[0]), number(words[1]));
        }
    }

    /**
     * A reply.
     *
     * @param sent t0 as the outlet understood it
     * @param received t1, the outlet's clock at reception
     * @param answered t2, the outlet's clock when sending
     */
    public record Reply(int wave, double sent, double received, double answered) {
        public byte[] encode() {
            return (" " + wave + " " + time(sent) + " " + time(received) + " " + time(answered)).getBytes(US_ASCII);
        }

        /** @throws LslProtocolException if it is not a reply */
        public static Reply decode(byte[] datagram) {
            String[] words = text(datagram).strip().split("\\s+");
            if (words.length != 4) {
                throw LslProtocolException.invalid("time reply", "'wave t0 t1 t2'", text(datagram));
            }
            return new Reply(waveId(words[0]), number(words[1]), number(words[2]), number(words[3]));
        }

        /** @param returned t3, the asker's clock at reception */
        public RoundTrip returned(double returned) {
            double rtt = (returned - sent) - (answered - received);
            double offset = ((received - sent) + (answered - returned)) / 2;
            return new RoundTrip(returned, -offset, rtt);
        }
    }

    /**
     * What a reply says.
     *
     * @param measuredAt t3
     * @param correction what to add to a remote stamp to get local time
     * @param rtt time spent on the way, both ways
     */
    public record RoundTrip(double measuredAt, double correction, double rtt) {}

    /**
     * As {@code %.16g}, but quickly where the time is a whole number of nanoseconds, as clocks give it: what is spent here after reading
     * the clock passes for a slow network, and not equally slow both ways. The digits beyond nanoseconds, which are errors of rounding,
     * are then left out; the same number is read from the text.
     */
    static String time(double seconds) {
        long whole = (long) seconds;
        long nanos = Math.round((seconds - whole) * 1e9);
        boolean exact = seconds >= 1 && seconds < FINE_BELOW_S && nanos < NANOS && whole + nanos / 1e9 == seconds;
        if (!exact) {
            return NumberText.plain(seconds);
        }
        if (nanos == 0) {
            return Long.toString(whole);
        }
        char[] decimals = new char[9];
        int used = 0;
        for (int i = 8; i >= 0; i--) {
            int digit = (int) (nanos % 10);
            nanos /= 10;
            decimals[i] = (char) ('0' + digit);
            if (digit != 0 && used == 0) {
                used = i + 1;
            }
        }
        return whole + "." + new String(decimals, 0, used);
    }

    private static String text(byte[] datagram) {
        if (datagram.length > MAX_LENGTH) {
            throw new LslProtocolException("time message length", MAX_LENGTH, datagram.length);
        }
        return LenientText.decode(datagram);
    }

    private static int waveId(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException malformed) {
            throw LslProtocolException.invalid("wave id", "a 32-bit integer", word);
        }
    }

    private static double number(String word) {
        try {
            double value = Double.parseDouble(word);
            if (!Double.isNaN(value) && !Double.isInfinite(value)) {
                return value;
            }
        } catch (NumberFormatException malformed) {
            // Reported below.
        }
        throw LslProtocolException.invalid("time", "a finite number of seconds", word);
    }
}
