package dev.sinal.lsl.net;

import dev.sinal.lsl.LslConfig;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network interfaces that multicasts can use. */
final class Interfaces {
    private static final Logger LOG = LoggerFactory.getLogger(Interfaces.class);

    private Interfaces() {}

    /** One of them. */
    record Usable(NetworkInterface device, boolean v4, boolean v6) {
        String name() {
            return device.getName();
        }

        /** Where a datagram reaches all hosts of its IPv4 networks. */
        List<String> broadcasts() {
            return device.getInterfaceAddresses().stream()
                    .map(InterfaceAddress::getBroadcast)
                    .filter(Objects::nonNull)
                    .map(InetAddress::getHostAddress)
                    .filter(address -> !address.equals("0.0.0.0"))
                    .toList();
        }
    }

    /** Those chosen by the configuration, or all that are up and can multicast; none if there is no group to send to. */
    static List<Usable> of(LslConfig config, Families families) {
        if (config.discoveryAddresses().stream().noneMatch(Addresses::isGroup)) {
            return List.of();
        }
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .map(each -> new Usable(
                            each,
                            families.v4()
                                    && has(each, Inet4Address.class)
                                    && chosen(each, config.interfaces(), Inet4Address.class),
                            families.v6()
                                    && has(each, Inet6Address.class)
                                    && chosen(each, config.interfaces(), Inet6Address.class)))
                    .filter(each -> each.v4() || each.v6())
                    .toList();
        } catch (SocketException unknown) {
            LOG.warn("cannot list network interfaces, discovery goes without multicast", unknown);
            return List.of();
        }
    }

    /** To see whether anything changed: cables are plugged in and laptops carried around. */
    static Set<String> names(List<Usable> interfaces) {
        return interfaces.stream()
                .map(each -> each.name() + (each.v4() ? "/4" : "") + (each.v6() ? "/6" : ""))
                .collect(Collectors.toSet());
    }

    private static boolean has(NetworkInterface device, Class<? extends InetAddress> family) {
        return device.inetAddresses().anyMatch(family::isInstance);
    }

    private static boolean chosen(NetworkInterface device, List<String> choice, Class<? extends InetAddress> family) {
        return choice.isEmpty() ? canMulticast(device) : choice.stream().anyMatch(each -> names(each, device, family));
    }

    private static boolean names(String choice, NetworkInterface device, Class<? extends InetAddress> family) {
        InetAddress address = Addresses.literal(choice);
        if (address == null) {
            return choice.equals(device.getName());
        }
        boolean scoped = address instanceof Inet6Address v6 && v6.getScopeId() != 0;
        return family.isInstance(address)
                && device.inetAddresses().anyMatch(own -> Arrays.equals(own.getAddress(), address.getAddress()))
                && (!scoped || ((Inet6Address) address).getScopeId() == device.getIndex());
    }

    private static boolean canMulticast(NetworkInterface device) {
        try {
            return device.isUp() && device.supportsMulticast();
        } catch (SocketException gone) {
            return false;
        }
    }
}
