package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream as everybody downstream of ingest knows it.
 *
 * @param id hash of the identity: {@link StreamIds}
 * @param agentId the agent that collects it
 * @param name how rows call it; unique within the agent
 * @param lslName the name it announces
 * @param format of its samples: float32, double64, string, int32, int16, int8, int64
 * @param nominalRate Hz; 0 = irregular
 * @param role {@code markers} or null
 * @param channels those collected, in the order of the block's columns
 */
public record StreamDescriptor(
        String id,
        String agentId,
        String name,
        String lslName,
        String type,
        String sourceId,
        String hostname,
        String uid,
        String sessionId,
        String format,
        double nominalRate,
        @Nullable String role,
        List<ChannelDescriptor> channels) {
    public StreamDescriptor {
        channels = List.copyOf(channels);
    }

    /** Column of a metric, or -1. */
    public int column(String metric) {
        for (int c = 0; c < channels.size(); c++) {
            if (channels.get(c).metric().equals(metric)) {
                return c;
            }
        }
        return -1;
    }

    public boolean markers() {
        return "markers".equals(role) || ("string".equals(format) && nominalRate == 0);
    }
}
