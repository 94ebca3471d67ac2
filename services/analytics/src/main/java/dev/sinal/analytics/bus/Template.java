package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Alignment;
import dev.sinal.analytics.domain.Alternative;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An analysis as asked for, checked.
 *
 * @param type describe, correlation or trend
 * @param variables metrics, or {@code stream/metric}; empty = every numeric one
 * @param pointer of the variables in the template
 * @param agentId null when the template does not say
 * @param streams names or ids to choose from; empty = all of the agent
 * @param from UTC ns, inclusive; null = the beginning
 * @param to UTC ns, exclusive; null = the end
 * @param windowSize samples, or seconds when {@code windowSeconds}; 0 = chosen
 * @param maxValues most windows in the answer
 * @param probabilities of the quantiles
 * @param adjust of p values of several correlations: none, bonferroni, holm or BH
 */
record Template(
        String type,
        List<String> variables,
        String pointer,
        @Nullable String agentId,
        List<String> streams,
        @Nullable Long from,
        @Nullable Long to,
        Alternative alternative,
        double confidence,
        Alignment alignment,
        double windowSize,
        boolean windowSeconds,
        int maxValues,
        List<Double> probabilities,
        String adjust) {
    static final String DESCRIBE = "describe";
    static final String CORRELATION = "correlation";
    static final String TREND = "trend";

    Template {
        variables = List.copyOf(variables);
        streams = List.copyOf(streams);
        probabilities = List.copyOf(probabilities);
    }
}
