package dev.sinal.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A way to a server on loopback that can be shut, hang and come back: what a test puts between two parts to break their link. */
public final class TcpRelay implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<NetSocket> answering = ConcurrentHashMap.newKeySet();
    private final int port;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<Integer> targets;
    private volatile boolean hanging;
    private volatile boolean swallowing;
    private @Nullable NetServer server;

    private TcpRelay(List<Integer> targets, int port) {
        this.targets = targets;
        this.port = port;
    }

    /** A relay that is still shut: connections are refused. @param target port of the server */
    public static TcpRelay shut(int target) {
        return to(List.of(target));
    }

    /** A relay that gives connections to its targets by turns, as a plain load balancer does. @param targets ports of the servers */
    public static TcpRelay byTurns(List<Integer> targets) {
        TcpRelay relay = to(List.copyOf(targets));
        relay.open();
        return relay;
    }

    private static TcpRelay to(List<Integer> targets) {
        return new TcpRelay(targets, FreePorts.one());
    }

    public static TcpRelay open(int target) {
        TcpRelay relay = shut(target);
        relay.open();
        return relay;
    }

    public int port() {
        return port;
    }

    /** Where the next connections go: a server that came back on another port. */
    public void target(int newTarget) {
        targets = List.of(newTarget);
    }

    public void open() {
        NetServer listening = vertx.createNetServer();
        listening.connectHandler(this::join);
        server = listening;
        TestBus.await(listening.listen(port, HOST));
    }

    /** Breaks every connection, and refuses new ones. */
    public void shut() {
        NetServer listening = server;
        server = null;
        if (listening != null) {
            TestBus.await(listening.close());
        }
        sockets.forEach(NetSocket::close);
    }

    /** Connections stay, and new ones are taken, but no byte gets through. */
    public void hang() {
        hanging = true;
        sockets.forEach(NetSocket::pause);
    }

    /** The server hears its clients, and they hear nothing from it. */
    public void swallowAnswers() {
        swallowing = true;
        answering.forEach(NetSocket::pause);
    }

    public void goOn() {
        hanging = false;
        swallowing = false;
        sockets.forEach(NetSocket::resume);
    }

    @Override
    public void close() {
        TestBus.await(vertx.close());
    }

    private void join(NetSocket near) {
        near.pause();
        List<Integer> among = targets;
        client.connect(among.get(Math.floorMod(turn.getAndIncrement(), among.size())), HOST)
                .onComplete(
                        far -> {
                            far.pause();
                            answering.add(far);
                            relay(near, far);
                            relay(far, near);
                            if (!hanging) {
                                near.resume();
                            }
                            if (!hanging && !swallowing) {
                                far.resume();
                            }
                        },
                        refused -> near.close());
    }

    private void relay(NetSocket from, NetSocket to) {
        sockets.add(from);
        from.handler(to::write);
        from.closeHandler(closed -> {
            sockets.remove(from);
            answering.remove(from);
            to.close();
        });
        from.exceptionHandler(broken -> from.close());
    }
}
