package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.StreamInfo;
import java.util.List;

/**
 * Which of an outlet's addresses an inlet uses: IPv4, or IPv6 if there is no other, if it was in use before, or if IPv4 failed last.
 * Confined to one context.
 */
final class Route {
    private boolean preferIpv6;

    /** Of a stream with at least one endpoint. */
    Endpoint choose(StreamInfo info) {
        List<Endpoint> endpoints = info.endpoints();
        return endpoints.get(preferIpv6 ? endpoints.size() - 1 : 0);
    }

    void worked(Endpoint used) {
        preferIpv6 = used.isIpv6();
    }

    /** The next attempt takes the other one, if there is one. */
    void failed(Endpoint used) {
        preferIpv6 = !used.isIpv6();
    }
}
