package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinal.contracts.PlotAnswer.Point;
import dev.sinal.contracts.PlotAnswer.Series;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlotPointsTest {
    private final Random random = new Random(5);

    private List<Point> points(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Point(
                        random.nextLong(),
                        Double.longBitsToDouble(random.nextLong()),
                        random.nextGaussian(),
                        -0.0,
                        random.nextLong()))
                .toList();
    }

    @Test
    void packedPointsComeBack() {
        for (int count : new int[] {0, 1, 2, 1_000}) {
            List<Point> points = points(count);
            assertThat(PlotPoints.unpack(PlotPoints.of(points).pack()).list()).isEqualTo(points);
        }
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        byte[] packed = PlotPoints.of(points(3)).pack();
        for (int length = 0; length < packed.length + 50; length++) {
            if (length != packed.length) {
                byte[] other = Arrays.copyOf(packed, length);
                assertThatIllegalArgumentException().isThrownBy(() -> PlotPoints.unpack(other));
            }
        }
        packed[3] = (byte) 0xff;
        assertThatIllegalArgumentException().isThrownBy(() -> PlotPoints.unpack(packed));
    }

    @Test
    void aSeriesCrossesTheBusEitherWay() {
        List<Point> points = List.of(new Point(1, -2, 3, 0.5, 4), new Point(2, 0, 1e9, 7, 1));
        Series listed = new Series("m", "s", null, "V", 1, points);
        String packed = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(listed.columns().pack());
        for (Series series : List.of(listed, new Series("m", "s", null, "V", 1, List.of(), packed))) {
            JsonObject sent = new JsonObject(WireMappers.writePlotAnswer(new PlotAnswer(List.of(series), List.of()))
                    .toBuffer());
            Series read = WireMappers.readPlotAnswer(sent).series().get(0);
            assertThat(read.columns().list()).isEqualTo(points);
        }
    }
}
