package dev.sinal.lsl.post;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stamps that a 1.17.7 inlet returned, to the last bit. */
class PostProcessingVectorTest {
    private static final Pattern HEAD = Pattern.compile("# rate=(\\S+) flags=(\\S+) halftime=([0-9.]+);.*");

    private record Case(double rate, PostProcessing how, double[] sent, double[] returned) {
        static Case read(String name) throws IOException {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(
                    PostProcessingVectorTest.class.getResourceAsStream("/vectors/postproc-" + name + ".csv"), UTF_8))) {
                Matcher head = HEAD.matcher(in.readLine());
                assertThat(head.matches()).isTrue();
                List<String[]> rows = in.lines().map(line -> line.split(",")).toList();
                List<String> flags = List.of(head.group(2).split(","));
                int bits = (flags.contains("dejitter") ? PostProcessing.DEJITTER : 0)
                        + (flags.contains("monotonize") ? PostProcessing.MONOTONIZE : 0);
                assertThat(bits).isNotZero();
                return new Case(
                        Double.parseDouble(head.group(1)),
                        PostProcessing.ofFlags(bits)
                                .withHalftime(Duration.ofMillis((long) (Double.parseDouble(head.group(3)) * 1000))),
                        rows.stream()
                                .mapToDouble(row -> Double.parseDouble(row[0]))
                                .toArray(),
                        rows.stream()
                                .mapToDouble(row -> Double.parseDouble(row[1]))
                                .toArray());
            }
        }

        PostProcessor processor() {
            return new PostProcessor(how, rate, Duration.ofSeconds(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dejitter-default", "dejitter-half0.5", "dejitter-irregular", "dejitter-monotonize", "monotonize"
            })
    void theNativeLibraryReturnedTheSame(String name) throws IOException {
        Case recorded = Case.read(name);
        assertThat(recorded.sent()).hasSizeGreaterThan(19);
        double[] whole = recorded.sent().clone();
        double[] pieces = recorded.sent().clone();

        recorded.processor().process(whole, 0, whole.length);
        PostProcessor piecewise = recorded.processor();
        Random random = new Random(1);
        for (int from = 0, to; from < pieces.length; from = to) {
            to = Math.min(pieces.length, from + 1 + random.nextInt(7));
            piecewise.process(pieces, from, to);
        }

        assertThat(whole).containsExactly(recorded.returned());
        assertThat(pieces).containsExactly(recorded.returned());
    }
}
