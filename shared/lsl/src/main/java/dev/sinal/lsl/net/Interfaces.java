package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network interfaces that multicasts can use. */
final class Interfaces {
    private static final Logger LOG = LoggerFactory.getLogger(Interfaces.class);

    private Interfaces() {}

    /** Whether datagrams to this IPv4 address reach more than one host. */
    static boolean isGroup(String address) {
        int dot = address.indexOf('.');
        if (dot < 1 || dot > 3 || !address.substring(0, dot).chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int first = Integer.parseInt(address.substring(0, dot));
        return address.equals("255.255.255.255") || (first >= 224 && first <= 239);
    }

    /** @param addresses those with one of these IPv4 addresses; empty = all that are up and can multicast */
    static List<NetworkInterface> usable(List<String> addresses) {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .filter(each -> addresses.isEmpty() ? canMulticast(each) : hasAny(each, addresses))
                    .toList();
        } catch (SocketException unknown) {
            LOG.warn("cannot list network interfaces, discovery goes without multicast", unknown);
            return List.of();
        }
    }

    /** Names of the usable ones, to see whether anything changed: cables are plugged in and laptops carried around. */
    static Set<String> names(LslConfig config) {
        boolean needed = config.discoveryAddresses().stream().anyMatch(Interfaces::isGroup);
        return needed
                ? usable(config.interfaces()).stream()
                        .map(NetworkInterface::getName)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static boolean canMulticast(NetworkInterface each) {
        try {
            return each.isUp()
                    && each.supportsMulticast()
                    && each.inetAddresses().anyMatch(Inet4Address.class::isInstance);
        } catch (SocketException gone) {
            return false;
        }
    }

    private static boolean hasAny(NetworkInterface each, List<String> addresses) {
        return each.inetAddresses().anyMatch(address -> addresses.contains(address.getHostAddress()));
    }
}
