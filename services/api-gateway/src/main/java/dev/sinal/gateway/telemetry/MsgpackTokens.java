package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/**
 * Tokens of MessagePack, header by header: a container may not announce more than the bytes that are left, so that five bytes cannot ask for gigabytes.
 * The library's own {@code unpackValue} and {@code skipValue} do not keep such limits.
 */
final class MsgpackTokens implements Tokens {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_STRING = 64 * 1024;
    private static final byte TIMESTAMP = -1;

    private final MessageUnpacker in;
    private final int length;
    private final Deque<Container> open = new ArrayDeque<>();
    private Token current = Token.END;
    private String text = "";
    private double number;
    private long integer;
    private boolean isLong;

    private static final class Container {
        private final boolean map;
        private final Set<String> names = new HashSet<>();
        private long left;
        private boolean atValue;

        Container(boolean map, long left) {
            this.map = map;
            this.left = left;
        }
    }

    MsgpackTokens(byte[] bytes) {
        this.in = MessagePack.newDefaultUnpacker(bytes);
        this.length = bytes.length;
    }

    @Override
    public Token next() throws IOException {
        Container container = open.peek();
        if (container == null) {
            current = in.hasNext() ? value() : Token.END;
            return current;
        }
        if (container.left == 0 && !container.atValue) {
            open.pop();
            current = container.map ? Token.END_OBJECT : Token.END_ARRAY;
            return current;
        }
        if (container.map && !container.atValue) {
            container.atValue = true;
            container.left--;
            text = string("a map's key");
            if (!container.names.add(text)) {
                throw bad("the key '" + text + "' is there twice");
            }
            current = Token.NAME;
            return current;
        }
        if (container.map) {
            container.atValue = false;
        } else {
            container.left--;
        }
        current = value();
        return current;
    }

    private Token value() throws IOException {
        MessageFormat format = in.getNextFormat();
        return switch (format.getValueType()) {
            case MAP -> enter(true, in.unpackMapHeader());
            case ARRAY -> enter(false, in.unpackArrayHeader());
            case STRING -> {
                text = string("a string");
                yield Token.STRING;
            }
            case INTEGER -> whole(format);
            case FLOAT -> {
                number = in.unpackDouble();
                isLong = false;
                yield Token.NUMBER;
            }
            case BOOLEAN -> {
                in.unpackBoolean();
                yield Token.BOOLEAN;
            }
            case NIL -> {
                in.unpackNil();
                yield Token.NULL;
            }
            case EXTENSION -> timestamp();
            default -> throw bad("binary values are not taken");
        };
    }

    private Token enter(boolean map, long count) {
        long least = map ? count * 2 : count;
        if (least > length - in.getTotalReadBytes()) {
            throw bad("a container announces " + count + " entries, more than the bytes that are left");
        }
        if (open.size() >= MAX_DEPTH) {
            throw bad("containers are nested deeper than " + MAX_DEPTH);
        }
        open.push(new Container(map, count));
        return map ? Token.START_OBJECT : Token.START_ARRAY;
    }

    private Token whole(MessageFormat format) throws IOException {
        if (format == MessageFormat.UINT64) {
            BigInteger value = in.unpackBigInteger();
            isLong = value.bitLength() < Long.SIZE;
            integer = value.longValue();
            number = value.doubleValue();
        } else {
            integer = in.unpackLong();
            number = integer;
            isLong = true;
        }
        return Token.NUMBER;
    }

    private Token timestamp() throws IOException {
        ExtensionTypeHeader header = in.unpackExtensionTypeHeader();
        boolean known = header.getType() == TIMESTAMP
                && (header.getLength() == 4 || header.getLength() == 8 || header.getLength() == 12);
        if (!known) {
            throw bad("the only extension type that is taken is the timestamp");
        }
        text = UtcNanos.format(UtcNanos.of(in.unpackTimestamp(header)));
        return Token.STRING;
    }

    private String string(String what) throws IOException {
        if (!in.getNextFormat().getValueType().isStringType()) {
            throw bad(what + " must be a string");
        }
        int size = in.unpackRawStringHeader();
        if (size > MAX_STRING || size > length - in.getTotalReadBytes()) {
            throw bad("a string has " + size + " bytes, at most " + MAX_STRING + " and only what is left are taken");
        }
        return new String(in.readPayload(size), java.nio.charset.StandardCharsets.UTF_8);
    }

    private RuntimeException bad(String detail) {
        return RpcError.PARSE.exception("not acceptable MessagePack, byte " + in.getTotalReadBytes() + ": " + detail);
    }

    @Override
    public Token current() {
        return current;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public double number() {
        return number;
    }

    @Override
    public boolean isLong() {
        return isLong;
    }

    @Override
    public long integer() {
        return integer;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
