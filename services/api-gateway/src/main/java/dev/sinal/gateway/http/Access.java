package dev.sinal.gateway.http;

import org.jspecify.annotations.Nullable;

/** What a route asks of its caller. Every route of the router declares one; a router with a route that does not is refused at start. */
public record Access(boolean token, @Nullable String scope) {
    /** Name under which a route carries its access. */
    public static final String KEY = "sinal.access";
    /** Anybody, without a token. */
    public static final Access OPEN = new Access(false, null);
    /** Any valid token. */
    public static final Access TOKEN = new Access(true, null);
    /** The handler checks by itself, because its token may come in another way (tickets, first message of a WebSocket). */
    public static final Access OWN = new Access(false, null);

    public static Access scope(String scope) {
        return new Access(true, scope);
    }
}
