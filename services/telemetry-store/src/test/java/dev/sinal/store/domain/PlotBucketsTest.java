package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.PlotAnswer.Point;
import org.junit.jupiter.api.Test;

class PlotBucketsTest {
    private static final ChannelDescriptor PLAIN = ChannelDescriptor.plain("a");
    private static final ChannelDescriptor TURNED = new ChannelDescriptor("a", "a", "", "spec", "", -2.0, 1.0);

    private final PlotBuckets buckets = new PlotBuckets(100, 10, 3);

    @Test
    void valuesFallIntoHalfOpenBuckets() {
        buckets.add(99, 1, PLAIN);
        buckets.add(100, 2, PLAIN);
        buckets.add(109, 4, PLAIN);
        buckets.add(120, 5, PLAIN);
        buckets.add(130, 6, PLAIN);

        assertThat(buckets.points().list()).containsExactly(new Point(100, 2, 4, 3, 2), new Point(120, 5, 5, 5, 1));
    }

    @Test
    void whatIsNotFiniteIsNoPoint() {
        buckets.add(100, Double.NaN, PLAIN);
        buckets.add(100, Double.POSITIVE_INFINITY, PLAIN);

        assertThat(buckets.points().list()).isEmpty();
    }

    @Test
    void aNegativeScaleTurnsTheExtremes() {
        buckets.fold(0, 1, 3, 4, 2, TURNED); // values 1 and 3 become -1 and -5

        assertThat(buckets.points().list()).containsExactly(new Point(100, -5, -1, -3, 2));
    }
}
