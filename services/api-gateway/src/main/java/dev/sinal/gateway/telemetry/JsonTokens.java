package dev.sinal.gateway.telemetry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sinal.gateway.http.StrictJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tokens of JSON text, with the limits of {@link StrictJson}. */
final class JsonTokens implements Tokens {
    private final JsonParser parser;
    private Token current = Token.END;

    JsonTokens(byte[] text) throws IOException {
        this.parser = StrictJson.stream(text, 0, text.length);
    }

    @Override
    public Token next() throws IOException {
        @Nullable JsonToken token = parser.nextToken();
        current = token == null ? Token.END : of(token);
        return current;
    }

    private static Token of(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> Token.START_OBJECT;
            case END_OBJECT -> Token.END_OBJECT;
            case START_ARRAY -> Token.START_ARRAY;
            case END_ARRAY -> Token.END_ARRAY;
            case FIELD_NAME -> Token.NAME;
            case VALUE_STRING -> Token.STRING;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Token.NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> Token.BOOLEAN;
            default -> Token.NULL;
        };
    }

    @Override
    public Token current() {
        return current;
    }

    @Override
    public String text() throws IOException {
        return parser.getText();
    }

    @Override
    public double number() throws IOException {
        return parser.getDoubleValue();
    }

    @Override
    public boolean isLong() throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    @Override
    public long integer() throws IOException {
        return parser.getLongValue();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
