package dev.sinal.bench.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sinal.gateway.format.Decimals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Numbers of one kind, written by each of the writers with commas between. */
final class Values {
    static final int COUNT = 20_000;
    private static final JsonFactory PLAIN = new JsonFactory();
    private static final JsonFactory FAST = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final String name;
    private final double[] doubles;
    private final float @Nullable [] floats;
    private final byte[] out = new byte[COUNT * 32 + Decimals.ROOM];
    private final ByteArrayOutputStream sink = new ByteArrayOutputStream(COUNT * 32);

    private Values(String name, boolean single, DoubleUnaryOperator value) {
        this.name = name;
        this.doubles = new double[COUNT];
        this.floats = single ? new float[COUNT] : null;
        SplittableRandom random = new SplittableRandom(20261123);
        double level = 0;
        for (int i = 0; i < COUNT; i++) {
            level += random.nextInt(-60, 61);
            doubles[i] = value.applyAsDouble(level);
            if (floats != null) {
                floats[i] = (float) doubles[i];
                doubles[i] = floats[i];
            }
        }
    }

    static List<Values> all() {
        SplittableRandom bits = new SplittableRandom(7);
        return List.of(
                new Values("decimals, 3 digits", false, level -> level / 1_000),
                new Values("decimals, 1 digit", false, level -> level / 10),
                new Values("whole numbers", false, level -> level),
                new Values("float32 of a 24-bit converter", true, level -> level * 0.022351743),
                new Values("double64, all digits", false, level -> level * Math.PI + 1e-3 * bits.nextDouble()),
                new Values("double64, any bits", false, level -> any(bits)));
    }

    private static double any(SplittableRandom random) {
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(value) ? value : 0;
    }

    String name() {
        return name;
    }

    long jackson() {
        return jackson(PLAIN);
    }

    long jacksonFast() {
        return jackson(FAST);
    }

    private long jackson(JsonFactory factory) {
        sink.reset();
        try (JsonGenerator json = factory.createGenerator(sink)) {
            json.writeStartArray();
            for (int i = 0; i < COUNT; i++) {
                json.writeNumber(doubles[i]);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sink.size();
    }

    @SuppressWarnings("deprecation") // the fastest way from ASCII text to bytes
    long text() {
        int at = 0;
        for (int i = 0; i < COUNT; i++) {
            String text = Double.toString(doubles[i]);
            text.getBytes(0, text.length(), out, at);
            at += text.length();
            out[at++] = ',';
        }
        return at;
    }

    long ours() {
        int at = 0;
        for (int i = 0; i < COUNT; i++) {
            at = Decimals.write(out, at, doubles[i]);
            out[at++] = ',';
        }
        return at;
    }

    /** As floats: the shortest text that reads back as the same float. */
    long oursShort() {
        if (floats == null) {
            throw new IllegalStateException(name + " were no floats");
        }
        int at = 0;
        for (int i = 0; i < COUNT; i++) {
            at = Decimals.write(out, at, floats[i]);
            out[at++] = ',';
        }
        return at;
    }

    boolean single() {
        return floats != null;
    }
}
