package dev.sinal.gateway.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.gateway.http.StrictJson;
import dev.sinal.gateway.telemetry.Tokens.Token;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.msgpack.core.MessagePackException;

/**
 * Reads pushed ACP messages token by token: one message, an array of them, or one after the other (NDJSON, concatenated MessagePack). Unknown types are
 * refused, unknown fields are not: another version may have them.
 */
final class AcpReader {
    static final int MAX_MESSAGES = 10_000;

    private final Tokens in;
    private final long now;
    private final Pushed pushed = new Pushed();
    private int messages;

    private AcpReader(Tokens in, long now) {
        this.in = in;
        this.now = now;
    }

    /**
     * @param now UTC ns; stamps more than a day ahead are refused
     * @throws io.vertx.serviceproxy.ServiceException PARSE, INVALID_PARAMS with a JSON Pointer, TOO_LARGE
     */
    static Pushed json(byte[] text, long now) {
        try (Tokens in = new JsonTokens(text)) {
            return new AcpReader(in, now).read();
        } catch (JsonProcessingException e) {
            throw StrictJson.notJson(e);
        } catch (IOException e) {
            throw RpcError.PARSE.exception("not JSON: " + e.getMessage());
        }
    }

    static Pushed msgpack(byte[] bytes, long now) {
        try (Tokens in = new MsgpackTokens(bytes)) {
            return new AcpReader(in, now).read();
        } catch (IOException | MessagePackException e) {
            throw RpcError.PARSE.exception("not MessagePack: " + e.getMessage());
        }
    }

    private Pushed read() throws IOException {
        Token token = in.next();
        if (token == Token.START_ARRAY) {
            while (in.next() != Token.END_ARRAY) {
                message("/" + messages);
            }
            if (in.next() != Token.END) {
                throw RpcError.PARSE.exception("there is more after the array");
            }
        } else {
            boolean several = false;
            while (token != Token.END) {
                message(several ? "/" + messages : "");
                several = true;
                token = in.next();
            }
        }
        if (messages == 0) {
            throw RpcError.invalid("", "there is no message");
        }
        return pushed;
    }

    private void message(String at) throws IOException {
        if (in.current() != Token.START_OBJECT) {
            throw RpcError.invalid(at, "a message must be an object");
        }
        if (++messages > MAX_MESSAGES) {
            throw RpcError.TOO_LARGE.exception(
                    "more than " + MAX_MESSAGES + " messages in one request",
                    new JsonObject().put("limit", MAX_MESSAGES).put("actual", messages));
        }
        AcpDraft draft = new AcpDraft(at, now);
        while (in.next() != Token.END_OBJECT) {
            String name = in.text();
            in.next();
            switch (name) {
                case "type" -> draft.type(string(at + "/type"));
                case "timestamp" -> draft.timestamp(string(at + "/timestamp"));
                case "payload" -> payload(draft, at + "/payload");
                default -> in.skip();
            }
        }
        draft.pour(pushed);
    }

    private String string(String at) throws IOException {
        if (in.current() != Token.STRING) {
            throw RpcError.invalid(at, "must be a string");
        }
        return in.text();
    }

    private void payload(AcpDraft draft, String at) throws IOException {
        if (in.current() != Token.START_OBJECT) {
            throw RpcError.invalid(at, "must be an object");
        }
        draft.payloadSeen();
        while (in.next() != Token.END_OBJECT) {
            String name = in.text();
            in.next();
            switch (name) {
                case "agent_id" -> draft.agent(string(at + "/agent_id"));
                case "stream" -> draft.stream(string(at + "/stream"));
                case "metrics" -> metrics(draft, at + "/metrics");
                case "t0" -> draft.t0(time(at + "/t0"));
                case "rate" -> draft.rate(number(at + "/rate"));
                case "timestamps" -> timestamps(draft, at + "/timestamps");
                case "channels" -> channels(draft, at + "/channels");
                case "values" -> values(draft, at + "/values");
                default -> in.skip();
            }
        }
    }

    private void metrics(AcpDraft draft, String at) throws IOException {
        if (in.current() != Token.START_OBJECT) {
            throw RpcError.invalid(at, "must be an object of numbers and strings");
        }
        draft.metricsSeen();
        while (in.next() != Token.END_OBJECT) {
            String metric = in.text();
            String place = at + "/" + metric.replace("~", "~0").replace("/", "~1");
            if (in.next() == Token.STRING) {
                draft.metric(metric, in.text(), place);
            } else {
                draft.metric(metric, number(place), place);
            }
        }
    }

    private double number(String at) throws IOException {
        double value = in.current() == Token.NUMBER ? in.number() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw RpcError.invalid(at, "must be a finite number or a string");
        }
        return value;
    }

    /** RFC 3339, or integer UTC ns. */
    private long time(String at) throws IOException {
        if (in.current() == Token.NUMBER && in.isLong()) {
            return AcpDraft.checkTime(in.integer(), now, at);
        }
        return AcpDraft.parseTime(string(at), now, at);
    }

    private void openArray(String at) {
        if (in.current() != Token.START_ARRAY) {
            throw RpcError.invalid(at, "must be an array");
        }
    }

    private void timestamps(AcpDraft draft, String at) throws IOException {
        openArray(at);
        int i = 0;
        while (in.next() != Token.END_ARRAY) {
            draft.timestampOf(i, time(at + "/" + i));
            i++;
        }
        draft.timestampsSeen();
    }

    private void channels(AcpDraft draft, String at) throws IOException {
        openArray(at);
        int i = 0;
        while (in.next() != Token.END_ARRAY) {
            draft.channel(string(at + "/" + i), at + "/" + i);
            i++;
        }
    }

    private void values(AcpDraft draft, String at) throws IOException {
        openArray(at);
        int channel = 0;
        while (in.next() != Token.END_ARRAY) {
            String place = at + "/" + channel;
            if (in.current() != Token.START_ARRAY) {
                throw RpcError.invalid(
                        place, "must be an array: values holds one array a channel, each with one value a sample");
            }
            draft.beginColumn();
            int i = 0;
            while (in.next() != Token.END_ARRAY) {
                value(draft, i, place);
                i++;
            }
            draft.endColumn(i);
            channel++;
        }
    }

    private void value(AcpDraft draft, int i, String column) throws IOException {
        switch (in.current()) {
            case NULL -> draft.absent(i);
            case STRING -> draft.value(i, in.text(), column);
            default -> draft.value(i, number(column + "/" + i), column);
        }
    }

    static boolean known(String type) {
        return AcpMessage.TELEMETRY_UPDATE.equals(type) || AcpMessage.TELEMETRY_CHUNK.equals(type);
    }
}
