package dev.sinal.lsl.net;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numeric addresses as text. */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private Addresses() {}

    /** Understands a numeric address, with {@code %scope} or without; null for anything else. Never asks a name server. */
    static @Nullable InetAddress literal(String text) {
        if (text.indexOf(':') < 0 && !IPV4.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            return null;
        }
    }

    /** With the scope as a number: sockets do not understand interface names. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 || !(address instanceof Inet6Address v6)
                ? text
                : text.substring(0, scope) + "%" + v6.getScopeId();
    }

    /** Where a datagram or connection came from. */
    static String text(SocketAddress sender) {
        return normal(String.valueOf(sender.hostAddress()));
    }

    /** The same address in the one form used here; what is no numeric address stays as it is. */
    static String normal(String text) {
        InetAddress address = literal(text);
        return address == null ? text : text(address);
    }

    static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    static boolean isLoopback(String address) {
        InetAddress literal = literal(address);
        return literal != null && literal.isLoopbackAddress();
    }

    /** Whether datagrams to this address reach more than one host of some network. */
    static boolean isGroup(String address) {
        InetAddress literal = literal(address);
        return literal != null && (literal.isMulticastAddress() || isBroadcast(address));
    }

    static boolean isBroadcast(String address) {
        return address.equals("255.255.255.255");
    }
}
