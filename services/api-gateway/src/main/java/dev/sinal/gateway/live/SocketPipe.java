package dev.sinal.gateway.live;

import dev.sinal.gateway.http.Door;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** Writes messages to one WebSocket, long ones in frames that every client takes. */
final class SocketPipe implements Outbox.Pipe {
    /** A character has at most three bytes in UTF-8. */
    private static final int FRAME_CHARS = Door.FRAME_BYTES / 3;

    private final ServerWebSocket socket;
    private final Runnable tooSlow;

    SocketPipe(ServerWebSocket socket, Runnable tooSlow) {
        this.socket = socket;
        this.tooSlow = tooSlow;
    }

    @Override
    public boolean full() {
        return socket.writeQueueFull();
    }

    @Override
    public void write(LiveMessage message) {
        String text = message.text();
        Buffer bytes = message.bytes();
        if (text != null && text.length() <= FRAME_CHARS) {
            socket.writeTextMessage(text);
        } else if (text != null) {
            // Cut between bytes, not characters: only the message as a whole has to be UTF-8.
            socket.writeFrame(WebSocketFrame.textFrame("", false));
            pieces(Buffer.buffer(text), 0);
        } else if (bytes != null && bytes.length() <= Door.FRAME_BYTES) {
            socket.writeBinaryMessage(bytes);
        } else if (bytes != null) {
            socket.writeFrame(WebSocketFrame.binaryFrame(bytes.slice(0, Door.FRAME_BYTES), false));
            pieces(bytes, Door.FRAME_BYTES);
        }
    }

    private void pieces(Buffer bytes, int begin) {
        for (int from = begin; from < bytes.length(); from += Door.FRAME_BYTES) {
            int to = Math.min(bytes.length(), from + Door.FRAME_BYTES);
            socket.writeFrame(WebSocketFrame.continuationFrame(bytes.slice(from, to), to == bytes.length()));
        }
    }

    @Override
    public void cut() {
        tooSlow.run();
    }
}
