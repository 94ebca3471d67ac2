package dev.sinal.lsl.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;

/** UDP sockets as LSL needs them. */
final class Udp {
    /** Room for the largest datagram; Vert.x makes its receive buffers this large too. */
    private static final int RECEIVE_BYTES = 128 * 1024;

    private Udp() {}

    static DatagramSocketOptions options() {
        return new DatagramSocketOptions().setReceiveBufferSize(RECEIVE_BYTES);
    }

    /**
     * Binds; a socket that does not bind is closed.
     *
     * @param address local address; empty = all of the options' version of IP
     */
    static Future<DatagramSocket> bind(Vertx vertx, DatagramSocketOptions options, int port, String address) {
        DatagramSocket socket = vertx.createDatagramSocket(options);
        return socket.listen(port, address.isEmpty() ? (options.isIpV6() ? "::" : "0.0.0.0") : address)
                .recover(failure -> socket.close().transform(closed -> Future.failedFuture(failure)));
    }
}
