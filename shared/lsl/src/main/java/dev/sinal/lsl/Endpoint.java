package dev.sinal.lsl;

/**
 * Where an outlet answers on one version of IP.
 *
 * @param address numeric address, with {@code %scope} where IPv6 needs one; empty if unknown
 * @param dataPort TCP port for samples and metadata, 0 if none
 * @param servicePort UDP port for time probes, 0 if none
 */
public record Endpoint(String address, int dataPort, int servicePort) {
    /** The outlet is not there, or it is not known where. */
    public static final Endpoint NONE = new Endpoint("", 0, 0);

    public Endpoint {
        checkPort("data port", dataPort);
        checkPort("service port", servicePort);
    }

    private static void checkPort(String what, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(what + " must be 0 to 65535, was " + port);
        }
    }

    /** Whether samples can be had there. */
    public boolean isReachable() {
        return !address.isEmpty() && dataPort != 0;
    }

    /** The same ports at another address. */
    public Endpoint at(String other) {
        return new Endpoint(other, dataPort, servicePort);
    }

    /** Whether the address is one of IPv6. */
    public boolean isIpv6() {
        return address.indexOf(':') >= 0;
    }

    @Override
    public String toString() {
        return (isIpv6() ? "[" + address + "]" : address) + ":" + dataPort;
    }
}
