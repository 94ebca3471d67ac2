package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleDecoderTest {
    private static final LslLimits LIMITS = LslLimits.defaults().withSampleBytes(1000, 2500);

    private static SampleDecoder decoder(ChannelFormat format, int channels, double rate) {
        SampleDecoder decoder = new SampleDecoder(format, channels, rate, ByteOrder.LITTLE_ENDIAN, false, LIMITS);
        feed(decoder, TestPattern.encode(format, channels));
        return decoder;
    }

    private static void feed(SampleDecoder decoder, byte[] bytes) {
        decoder.feed(bytes, 0, bytes.length);
    }

    private static byte[] deduced(int value) {
        return new byte[] {1, (byte) value};
    }

    private static byte[] stamped(double stamp, int value) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 2)
                .putDouble(stamp)
                .put((byte) value)
                .array();
    }

    @Test
    void samplesBeforeTheFirstStampAreDatedBackwards() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 4);
        feed(decoder, deduced(1));
        feed(decoder, deduced(2));
        assertThat(decoder.next(0)).isNull();
        assertThat(decoder.held()).isEqualTo(2);

        feed(decoder, stamped(10, 3));
        feed(decoder, deduced(4));

        assertThat(decoder.next(0).stamps()).containsExactly(9.5, 9.75, 10, 10.25);
        feed(decoder, deduced(5));
        assertThat(decoder.next(0).stamps()).containsExactly(10.5);
    }

    @Test
    void onIrregularStreamsTheyGetTheFirstStamp() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 0);
        feed(decoder, deduced(1));
        feed(decoder, stamped(10, 2));
        feed(decoder, deduced(3));

        assertThat(decoder.next(0).stamps()).containsExactly(10, 10, 10);
    }

    @Test
    void withoutAnyStampTheyComeOutUndatedInTheEnd() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 4);
        feed(decoder, deduced(1));
        assertThat(decoder.next(0)).isNull();

        assertThat(decoder.giveUpHolding(0).stamps()).containsExactly(Double.NaN);
        feed(decoder, deduced(2));
        feed(decoder, stamped(3, 3));
        assertThat(decoder.next(0).stamps()).containsExactly(Double.NaN, 3);
        assertThat(decoder.giveUpHolding(0)).isNull();
    }

    @Test
    void tooManyUndatedSamplesAreNotHeld() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 4);
        byte[] many = new byte[2 * 16_384];
        Arrays.fill(many, (byte) 1);
        feed(decoder, Arrays.copyOf(many, many.length - 2));
        assertThat(decoder.next(0)).isNull();

        feed(decoder, deduced(1));

        assertThat(decoder.next(0).stamps()).hasSize(16_384).containsOnly(Double.NaN);
    }

    @Test
    void aStampThatIsNotANumberPassesThrough() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 4);
        feed(decoder, stamped(Double.NaN, 1));
        feed(decoder, stamped(Double.NEGATIVE_INFINITY, 2));
        feed(decoder, stamped(1, 3));

        assertThat(decoder.next(0).stamps()).containsExactly(Double.NaN, Double.NEGATIVE_INFINITY, 1);
    }

    @Test
    void anyTagButOneMeansThatAStampFollows() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 4);
        byte[] odd = stamped(5, 7);
        odd[0] = (byte) 200;
        feed(decoder, odd);

        assertThat(decoder.next(0).stamps()).containsExactly(5);
    }

    @Test
    void subnormalsAreFlushedWhenTheSenderAsksForIt() {
        SampleDecoder decoder = new SampleDecoder(ChannelFormat.FLOAT32, 3, 0, ByteOrder.LITTLE_ENDIAN, true, LIMITS);
        SampleEncoder encoder = new SampleEncoder(ChannelFormat.FLOAT32, 3);
        encoder.append(new float[] {Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL}, 0, 1, false);
        feed(decoder, TestPattern.encode(ChannelFormat.FLOAT32, 3));
        feed(decoder, encoder.toBytes());

        assertThat((float[]) decoder.next(0).values()).containsExactly(0f, -0f, Float.MIN_NORMAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void everyWidthOfStringLengthsIsRead(int width) {
        SampleDecoder decoder = decoder(ChannelFormat.STRING, 1, 0);
        feed(decoder, text(width, 3, "abc"));

        assertThat(decoder.next(0).stringAt(0, 0)).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 9, -1})
    void otherWidthsAreViolations(int width) {
        SampleDecoder decoder = decoder(ChannelFormat.STRING, 1, 0);
        feed(decoder, new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, (byte) width});

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> decoder.next(0))
                .satisfies(error -> assertThat(error.field()).isEqualTo("string length width"));
    }

    private static byte[] text(int width, long length, String content) {
        ByteBuffer buffer = ByteBuffer.allocate(10 + width + content.length()).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put((byte) 2).putDouble(1.0).put((byte) width);
        for (int i = 0; i < width; i++) {
            buffer.put((byte) (length >>> (8 * i)));
        }
        return buffer.put(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .array();
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1000})
    void stringsMayReachTheirLimit(int length) {
        SampleDecoder decoder = decoder(ChannelFormat.STRING, 1, 0);
        feed(decoder, text(4, length, "x".repeat(length)));

        assertThat(decoder.next(0).stringAt(0, 0)).hasSize(length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1001, 0x7fffffffL, 0x80000000L, 0xffffffffL})
    void longerStringsAreRefusedBeforeTheyArrive(long length) {
        SampleDecoder decoder = decoder(ChannelFormat.STRING, 1, 0);
        feed(decoder, text(4, length, ""));

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> decoder.next(0))
                .satisfies(error -> {
                    assertThat(error.field()).isEqualTo("string length");
                    assertThat(error.limit()).isEqualTo(1000);
                    assertThat(error.actual()).isEqualTo(Long.toString(length));
                });
    }

    @Test
    void eightByteLengthsBeyondLongAreRefused() {
        SampleDecoder decoder = decoder(ChannelFormat.STRING, 1, 0);
        feed(decoder, text(8, -1, ""));

        assertThatExceptionOfType(LslProtocolException.class).isThrownBy(() -> decoder.next(0));
    }

    @Test
    void aSampleOfAllowedStringsMayStillBeTooLarge() {
        SampleDecoder decoder = decoder(ChannelFormat.STRING, 3, 0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text(4, 900, "x".repeat(900)));
        bytes.writeBytes(Arrays.copyOfRange(text(4, 900, "x".repeat(900)), 9, 914));
        bytes.writeBytes(Arrays.copyOfRange(text(4, 900, ""), 9, 14));
        feed(decoder, bytes.toByteArray());

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() -> decoder.next(0))
                .satisfies(error -> assertThat(error.field()).isEqualTo("sample size"));
    }

    @Test
    void aStreamWhoseSamplesAreTooLargeIsRefusedAtOnce() {
        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(() ->
                        new SampleDecoder(ChannelFormat.DOUBLE64, 4096, 0, ByteOrder.LITTLE_ENDIAN, false, LIMITS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 10, 18, 19})
    void aWrongByteInTheTestPatternIsAViolation(int at) {
        byte[] pattern = TestPattern.encode(ChannelFormat.INT8, 1);
        pattern[at] ^= 0x40;
        SampleDecoder decoder = new SampleDecoder(ChannelFormat.INT8, 1, 0, ByteOrder.LITTLE_ENDIAN, false, LIMITS);
        feed(decoder, pattern);

        if (at % 10 == 0) {
            // Any tag but 1 means the same.
            decoder.next(0);
            assertThat(decoder.verified()).isTrue();
        } else {
            assertThatExceptionOfType(LslProtocolException.class)
                    .isThrownBy(() -> decoder.next(0))
                    .satisfies(error -> assertThat(error.field()).startsWith("test pattern"));
        }
    }

    @Test
    void aBatchIsNeverReused() {
        SampleDecoder decoder = decoder(ChannelFormat.INT8, 1, 4);
        feed(decoder, stamped(1, 1));
        SampleBatch first = decoder.next(0);
        feed(decoder, stamped(2, 2));
        decoder.next(0);

        assertThat(first.stamps()).containsExactly(1);
        assertThat((byte[]) first.values()).containsExactly((byte) 1);
    }

    @Test
    void headerLinesHaveALimit() {
        LslLimits limits = LslLimits.defaults();
        LineReader at = new LineReader(limits);
        at.feed(("x".repeat(16_383) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(at.nextLine()).hasSize(16_383);
        LineReader above = new LineReader(limits);
        above.feed("x".repeat(16_385).getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(above::nextLine)
                .satisfies(error -> assertThat(error.field()).isEqualTo("header line"));
    }

    @Test
    void theNumberOfHeaderLinesHasALimit() {
        LineReader lines = new LineReader(LslLimits.defaults());
        lines.feed("x\r\n".repeat(65).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (int i = 0; i < 64; i++) {
            assertThat(lines.nextLine()).isEqualTo("x");
        }

        assertThatExceptionOfType(LslProtocolException.class)
                .isThrownBy(lines::nextLine)
                .satisfies(error -> assertThat(error.field()).isEqualTo("header lines"));
    }
}
