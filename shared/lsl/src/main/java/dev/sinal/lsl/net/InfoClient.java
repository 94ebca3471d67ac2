package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import dev.sinal.lsl.protocol.StreamInfoXml;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.List;

/** Asks an outlet for its full description: one connection per question. */
final class InfoClient {
    private static final String FULL = "LSL:fullinfo\r\n";

    private final Vertx vertx;
    private final NetClient client;
    private final LslLimits limits;

    InfoClient(Vertx vertx, NetClient client, LslLimits limits) {
        this.vertx = vertx;
        this.client = client;
        this.limits = limits;
    }

    /** At each of its addresses until one takes a connection. On an event loop. */
    Future<StreamInfo> ask(StreamInfo shortInfo) {
        List<Endpoint> endpoints = shortInfo.endpoints();
        if (endpoints.isEmpty()) {
            return Future.failedFuture(new LslException("no address known for stream " + shortInfo.name()));
        }
        Future<NetSocket> connecting = connect(endpoints.get(0));
        for (Endpoint other : endpoints.subList(1, endpoints.size())) {
            connecting = connecting.recover(failure -> connect(other));
        }
        return connecting.compose(socket -> read(socket, FULL)).map(bytes -> checked(bytes, shortInfo));
    }

    /** At this address only. On an event loop. */
    Future<StreamInfo> ask(StreamInfo shortInfo, Endpoint endpoint) {
        return connect(endpoint).compose(socket -> read(socket, FULL)).map(bytes -> checked(bytes, shortInfo));
    }

    /**
     * Asks by TCP what is otherwise asked by UDP. On an event loop.
     *
     * @return fails if nobody answers there, or the stream does not match
     */
    Future<StreamInfo> shortInfo(Endpoint endpoint, String predicate) {
        return connect(endpoint)
                .compose(socket -> read(socket, DiscoveryMessage.QUERY_COMMAND + "\r\n" + predicate + "\r\n"))
                .map(bytes -> {
                    if (bytes.length == 0) {
                        throw new LslException("no stream there matches");
                    }
                    StreamInfo info = StreamInfoXml.read(bytes, limits);
                    if (info.uid().isEmpty()) {
                        throw LslProtocolException.invalid("uid", "not empty", "");
                    }
                    return info;
                });
    }

    private Future<NetSocket> connect(Endpoint endpoint) {
        return client.connect(endpoint.dataPort(), endpoint.address());
    }

    private Future<byte[]> read(NetSocket socket, String command) {
        Promise<byte[]> whole = Promise.promise();
        Buffer collected = Buffer.buffer();
        long deadline = vertx.setTimer(limits.handshake().toMillis(), late -> {
            whole.tryFail(new LslException(
                    "the description did not come within " + limits.handshake().toMillis() + " ms"));
            socket.close();
        });
        socket.handler(bytes -> {
            if ((long) collected.length() + bytes.length() > limits.infoBytes()) {
                whole.tryFail(new LslProtocolException(
                        "info length", limits.infoBytes(), (long) collected.length() + bytes.length()));
                socket.close();
            } else {
                collected.appendBuffer(bytes);
            }
        });
        socket.exceptionHandler(whole::tryFail);
        socket.closeHandler(end -> whole.tryComplete(collected.getBytes()));
        socket.write(command).onFailure(whole::tryFail);
        return whole.future().onComplete(done -> vertx.cancelTimer(deadline));
    }

    private StreamInfo checked(byte[] bytes, StreamInfo expected) {
        if (bytes.length == 0) {
            throw new LslException("the outlet closed without a description");
        }
        StreamInfo full = StreamInfoXml.read(bytes, limits);
        if (!expected.uid().isEmpty() && !full.uid().equalsIgnoreCase(expected.uid())) {
            throw new LslException("another outlet answers there: uid " + full.uid() + " instead of " + expected.uid());
        }
        if (!full.uid().isEmpty()
                && !full.name().equals(expected.name())
                && !expected.uid().isEmpty()) {
            throw LslProtocolException.invalid("full info", "of stream " + expected.name(), full.name());
        }
        if (full.channelCount() != expected.channelCount() || full.format() != expected.format()) {
            throw LslProtocolException.invalid(
                    "full info",
                    expected.channelCount() + " channels " + expected.format().wireName(),
                    full.channelCount() + " channels " + full.format().wireName());
        }
        return full.withEndpoints(expected.v4(), expected.v6());
    }
}
