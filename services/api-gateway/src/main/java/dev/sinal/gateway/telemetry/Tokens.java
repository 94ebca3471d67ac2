package dev.sinal.gateway.telemetry;

import java.io.IOException;

/** JSON and MessagePack as one stream of tokens, so that both are read by the same code and nothing is kept that is not wanted. */
interface Tokens extends AutoCloseable {
    enum Token {
        START_OBJECT,
        END_OBJECT,
        START_ARRAY,
        END_ARRAY,
        NAME,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL,
        END
    }

    /** The next token; {@code END} when the text is over. */
    Token next() throws IOException;

    Token current();

    /** Of a name or a string. */
    String text() throws IOException;

    /** Of a number. */
    double number() throws IOException;

    /** Whether the number is an integer of 64 bits. */
    boolean isLong() throws IOException;

    long integer() throws IOException;

    /** Steps over the value at the current token. */
    default void skip() throws IOException {
        int depth = 0;
        do {
            switch (current()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case END -> throw new IOException("the text ends inside a value");
                default -> {}
            }
            if (depth > 0) {
                next();
            }
        } while (depth > 0);
    }

    @Override
    void close() throws IOException;
}
