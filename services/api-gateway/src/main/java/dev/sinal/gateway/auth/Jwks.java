package dev.sinal.gateway.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Checks of a JWK set: only keys that are strong enough and whose algorithm is fixed pass. */
final class Jwks {
    static final int MIN_HMAC_BYTES = 32;
    private static final int MIN_RSA_BYTES = 256;
    private static final int MAX_KEYS = 50;

    private Jwks() {}

    /**
     * The usable keys, each with {@code alg} and {@code kid}. A weak or unknown key is an error, never skipped: a set that shrinks to nothing
     * would let unsigned tokens in.
     *
     * @throws IllegalArgumentException naming the key and what is wrong
     */
    static List<JsonObject> usable(JsonObject set) {
        if (!(set.getValue("keys") instanceof JsonArray keys) || keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("must be a JWK set with 1 to " + MAX_KEYS + " keys");
        }
        List<JsonObject> usable = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!(keys.getValue(i) instanceof JsonObject key)) {
                throw new IllegalArgumentException("key " + i + " is no object");
            }
            JsonObject copy = key.copy();
            copy.put("alg", algorithm(copy, i));
            if (!(copy.getValue("kid") instanceof String)) {
                copy.put("kid", "key-" + i);
            }
            usable.add(copy);
        }
        if (usable.stream().map(key -> key.getString("kid")).distinct().count() < usable.size()) {
            throw new IllegalArgumentException("every key needs a kid of its own");
        }
        return usable;
    }

    private static String algorithm(JsonObject key, int i) {
        String type = String.valueOf(key.getValue("kty"));
        String named = key.getValue("alg") instanceof String alg ? alg : "";
        String algorithm = switch (type) {
            case "oct" -> hmac(key, named, i);
            case "EC" -> "P-256".equals(key.getValue("crv")) ? "ES256" : "";
            case "RSA" -> bytes(key, "n") >= MIN_RSA_BYTES ? "RS256" : "";
            case "OKP" -> "Ed25519".equals(key.getValue("crv")) ? "EdDSA" : "";
            default -> "";
        };
        if (algorithm.isEmpty() || (!named.isEmpty() && !named.equals(algorithm))) {
            throw new IllegalArgumentException("key " + i + " (kty " + type + ", alg " + named
                    + ") is not usable: oct with at least 32 bytes and HS256/HS384/HS512, EC P-256 with ES256, RSA of at"
                    + " least 2048 bits with RS256, or OKP Ed25519 with EdDSA");
        }
        return algorithm;
    }

    private static String hmac(JsonObject key, String named, int i) {
        if (bytes(key, "k") < MIN_HMAC_BYTES) {
            throw new IllegalArgumentException("key " + i + " is shorter than " + MIN_HMAC_BYTES + " bytes");
        }
        return switch (named) {
            case "", "HS256" -> "HS256";
            case "HS384", "HS512" -> named;
            default -> "";
        };
    }

    private static int bytes(JsonObject key, String field) {
        try {
            return key.getValue(field) instanceof String text
                    ? Base64.getUrlDecoder().decode(text).length
                    : 0;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    static boolean canSign(JsonObject key) {
        return "oct".equals(key.getString("kty")) || key.containsKey("d");
    }
}
