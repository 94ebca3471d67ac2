package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslConfig.Ipv6;
import dev.sinal.lsl.LslException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/**
 * The versions of IP in use: those that the configuration allows and this machine has.
 *
 * <p>Java opens every IPv6 socket for IPv4 as well and cannot be told otherwise, so one socket serves both.
 */
record Families(boolean v4, boolean v6) {
    private static final boolean MACHINE_HAS_V6 = machineHasV6();

    /** For outlets: what the local address they bind belongs to, or all that is allowed. */
    static Families ofOutlets(LslConfig config) {
        String local = config.listenAddress();
        boolean any = local.isEmpty();
        return allowed(config, any || !Addresses.isIpv6(local), any || Addresses.isIpv6(local));
    }

    /** For searches: a program that may only listen to its own machine does not look further either. */
    static Families ofSearches(LslConfig config) {
        String local = config.listenAddress();
        boolean any = !Addresses.isLoopback(local);
        return allowed(config, any || !Addresses.isIpv6(local), any || Addresses.isIpv6(local));
    }

    private static Families allowed(LslConfig config, boolean v4, boolean v6) {
        Families families =
                new Families(v4 && config.ipv6() != Ipv6.FORCE, v6 && config.ipv6() != Ipv6.DISABLE && MACHINE_HAS_V6);
        if (!families.v4 && !families.v6) {
            throw new LslException("no version of IP is left: ports.IPv6 = " + config.ipv6()
                    + ", multicast.ListenAddress = '" + config.listenAddress() + "', "
                    + (MACHINE_HAS_V6 ? "" : "and this Java has no IPv6 (see java.net.preferIPv4Stack)"));
        }
        return families;
    }

    static boolean machineHasV6() {
        try (DatagramChannel probe = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            probe.bind(new InetSocketAddress("::", 0));
            return true;
        } catch (IOException | UnsupportedOperationException without) {
            return false;
        }
    }

    boolean allow(String address) {
        return Addresses.isIpv6(address) ? v6 : v4;
    }
}
