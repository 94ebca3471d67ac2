package dev.sinal.analytics.domain;

import static dev.sinal.analytics.domain.Oracle.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TailsTest {
    @Test
    void tailsOfStudentAgreeWithRHoweverSmall() {
        for (var c : Oracle.cases("tails")) {
            assertClose(c.encode(), Tails.twoSided(c.getDouble("t"), c.getDouble("df")), c.getDouble("p"), 3e-12);
        }
    }

    @Test
    void quantilesOfStudentAgreeWithR() {
        for (var c : Oracle.cases("quantiles")) {
            double df = c.getDouble("df");
            assertClose(c.encode(), Tails.twoSidedQuantile(c.getDouble("level"), df), c.getDouble("two"), 1e-12);
            assertClose(c.encode(), Tails.oneSidedQuantile(c.getDouble("level"), df), c.getDouble("one"), 1e-12);
        }
    }

    @Test
    void quantilesOfTheNormalAgreeWithR() {
        for (var c : Oracle.cases("normals")) {
            double slope = c.getDouble("p") > 0.999999 ? 1e-5 : 1e-13;
            assertClose(c.encode(), Tails.normalQuantile(c.getDouble("p")), c.getDouble("z"), slope);
        }
    }

    @Test
    void anInfiniteStatisticHasNoTail() {
        assertThat(Tails.twoSided(Double.POSITIVE_INFINITY, 5)).isZero();
        assertThat(Tails.upper(Double.NEGATIVE_INFINITY, 5)).isEqualTo(1);
        assertThat(Tails.twoSided(1e200, 3)).isZero();
        assertThat(Tails.twoSided(1e200, 1))
                .isCloseTo(2e-200 / Math.PI, org.assertj.core.data.Percentage.withPercentage(1e-9));
    }
}
