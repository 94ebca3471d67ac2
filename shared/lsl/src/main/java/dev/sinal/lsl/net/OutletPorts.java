package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslTuning;
import dev.sinal.lsl.protocol.TimeProbe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two ports of an outlet: data (TCP) and service (UDP), which need not have the same number. Each serves IPv4 and IPv6 with one
 * socket (ADR 0016).
 */
final class OutletPorts {
    private static final int BACKLOG = 256;

    private final Vertx vertx;
    private final QueryAnswers answers;
    private final Families families;
    private final NetServer server;
    private final DatagramSocket service;
    private final Context context;
    private volatile @Nullable ServedOutlet outlet;

    private OutletPorts(
            Vertx vertx,
            QueryAnswers answers,
            Families families,
            NetServer server,
            DatagramSocket service,
            Context context) {
        this.vertx = vertx;
        this.answers = answers;
        this.families = families;
        this.server = server;
        this.service = service;
        this.context = context;
    }

    /**
     * Binds both; nothing is served before {@link #serve}.
     *
     * @param context where connections are handled
     */
    static Future<OutletPorts> open(Vertx vertx, LslConfig config, QueryAnswers answers, Context context) {
        Families families = Families.ofOutlets(config);
        var options = Udp.options().setIpV6(families.v6());
        return Ports.udp(config, port -> Udp.bind(vertx, options, port, config.listenAddress()))
                .compose(service -> Contexts.on(
                                context, () -> openServer(vertx, config, answers, families, service, context))
                        .recover(failure -> service.close().transform(closed -> Future.failedFuture(failure))));
    }

    private static Future<OutletPorts> openServer(
            Vertx vertx,
            LslConfig config,
            QueryAnswers answers,
            Families families,
            DatagramSocket service,
            Context context) {
        String all = families.v6() ? "::" : "0.0.0.0";
        String address = config.listenAddress().isEmpty() ? all : config.listenAddress();
        return Ports.tcp(config, port -> {
            NetServer server = vertx.createNetServer(options(config.tuning()));
            OutletPorts ports = new OutletPorts(vertx, answers, families, server, service, context);
            server.connectHandler(ports::connected);
            return server.listen(port, address).map(ports);
        });
    }

    private static NetServerOptions options(LslTuning tuning) {
        NetServerOptions options = new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(BACKLOG);
        if (tuning.sendSocketBufferSize() > 0) {
            options.setSendBufferSize(tuning.sendSocketBufferSize());
        }
        if (tuning.receiveSocketBufferSize() > 0) {
            options.setReceiveBufferSize(tuning.receiveSocketBufferSize());
        }
        return options;
    }

    /** What the description says about IPv4. */
    Endpoint v4() {
        return families.v4() ? new Endpoint("", dataPort(), servicePort()) : Endpoint.NONE;
    }

    /** What the description says about IPv6. */
    Endpoint v6() {
        return families.v6() ? new Endpoint("", dataPort(), servicePort()) : Endpoint.NONE;
    }

    int dataPort() {
        return server.actualPort();
    }

    int servicePort() {
        return service.localAddress().port();
    }

    void serve(ServedOutlet served) {
        outlet = served;
        service.handler(this::received);
    }

    private void connected(NetSocket socket) {
        ServedOutlet served = outlet;
        if (served == null || !families.allow(Addresses.text(socket.remoteAddress()))) {
            socket.close();
            return;
        }
        OutletConnection connection = new OutletConnection(served, socket, context);
        if (served.admit(connection)) {
            connection.start();
        }
    }

    private void received(DatagramPacket packet) {
        double now = LslClock.now();
        ServedOutlet served = outlet;
        Buffer data = packet.data();
        if (served == null || data.length() < 5 || !families.allow(Addresses.text(packet.sender()))) {
            return;
        }
        if (data.getByte(4) == TimeProbe.COMMAND.charAt(4)) {
            time(packet, now);
        } else {
            answers.answer(service, packet, List.of(served));
        }
    }

    private void time(DatagramPacket packet, double received) {
        try {
            TimeProbe.Request request = TimeProbe.Request.decode(packet.data().getBytes());
            byte[] reply = new TimeProbe.Reply(request.wave(), request.sent(), received, LslClock.now()).encode();
            service.send(
                            Buffer.buffer(reply),
                            packet.sender().port(),
                            packet.sender().hostAddress())
                    .onFailure(gone -> {});
        } catch (LslProtocolException malformed) {
            // Not a time request: like natives, say nothing.
        }
    }

    Future<Void> close() {
        int port = dataPort();
        return Future.join(server.close(), service.close()).<Void>mapEmpty().onComplete(closed -> Ports.freeTcp(port));
    }
}
