package dev.sinal.lsl;

/**
 * A host that is asked directly.
 *
 * @param host name or numeric address
 * @param port the only port to ask; 0 = the discovery port and the whole port range
 */
public record KnownPeer(String host, int port) {
    public KnownPeer {
        if (host.isEmpty() || host.length() > 255 || host.chars().anyMatch(c -> c <= ' ' || c == '[' || c == ']')) {
            throw new IllegalArgumentException("lab.KnownPeers must name hosts, was '" + host + "'");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("lab.KnownPeers must have ports of 0 to 65535, was " + port);
        }
    }

    /**
     * Understands {@code host}, {@code host:port}, an IPv4 or IPv6 address, {@code address:port} and {@code [IPv6]:port}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static KnownPeer parse(String text) {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            boolean alone = end == text.length() - 1;
            if (end < 0 || !(alone || colon == end + 1)) {
                throw new IllegalArgumentException("lab.KnownPeers must be written [IPv6]:port, was " + text);
            }
            return new KnownPeer(text.substring(1, end), alone ? 0 : port(text, colon));
        }
        boolean bareIpv6 = colon >= 0 && text.indexOf(':') != colon;
        return colon < 0 || bareIpv6
                ? new KnownPeer(text, 0)
                : new KnownPeer(text.substring(0, colon), port(text, colon));
    }

    private static int port(String text, int colon) {
        String digits = text.substring(colon + 1);
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("lab.KnownPeers must be written host:port, was " + text);
        }
        return Integer.parseInt(digits);
    }
}
