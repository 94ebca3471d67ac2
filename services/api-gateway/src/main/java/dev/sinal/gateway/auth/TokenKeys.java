package dev.sinal.gateway.auth;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign and verify tokens: a JWK set. Made by {@code ./sinal keys init}, read by the gateway and {@code ./sinal token}. There is
 * never an empty set, because a verifier without keys would believe unsigned tokens.
 */
public final class TokenKeys {
    public static final String DEFAULT_ISSUER = "sinal";
    /** Longest life of a token signed with keys from a file. Keys in memory end with the process, and so do their tokens. */
    public static final Duration MAX_LIFETIME = Duration.ofDays(366);

    private static final long MAX_FILE_BYTES = 64 * 1024;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<JsonObject> keys;
    private final boolean persistent;
    private final String issuer;
    private final JWTAuth provider;

    private TokenKeys(List<JsonObject> keys, boolean persistent, String issuer) {
        this.keys = List.copyOf(keys);
        this.persistent = persistent;
        this.issuer = issuer;
        JWTAuthOptions options = new JWTAuthOptions()
                .setJWTOptions(
                        new JWTOptions().setLeeway(TokenVerifier.LEEWAY_S).setIssuer(issuer));
        this.keys.forEach(options::addJwk);
        // Vert.x is used by the provider to read key stores only; there is none here.
        this.provider = JWTAuth.create(null, options);
    }

    /**
     * Makes a key file (0600) with a fresh 256-bit HMAC key. An existing file is never touched.
     *
     * @throws UncheckedIOException when the file exists or cannot be written
     */
    public static TokenKeys create(Path file) {
        JsonObject set = freshSet();
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            byte[] bytes = set.encodePrettily().getBytes(StandardCharsets.UTF_8);
            if (posix(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            } else {
                Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
            }
        } catch (FileAlreadyExistsException e) {
            throw new UncheckedIOException(new IOException(
                    file + " exists already: move it away first, every token it signed ends with it", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TokenKeys(Jwks.usable(set), true, DEFAULT_ISSUER);
    }

    /**
     * @throws IllegalArgumentException when the file is missing, readable by others, or holds no usable key; says what to do
     */
    public static TokenKeys load(Path file) {
        return load(file, DEFAULT_ISSUER);
    }

    /** @param issuer the only {@code iss} that is accepted, and the one that is signed */
    public static TokenKeys load(Path file, String issuer) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + " does not exist: make it with ./sinal keys init");
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            refuseWhenOthersRead(file);
            return parse(Files.readString(file), issuer);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException | DecodeException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** From the text of a JWK set. */
    static TokenKeys parse(String text, String issuer) {
        return new TokenKeys(Jwks.usable(new JsonObject(text)), true, issuer);
    }

    /** Keys that live as long as the process. */
    public static TokenKeys inMemory() {
        return new TokenKeys(Jwks.usable(freshSet()), false, DEFAULT_ISSUER);
    }

    /** A token of one role, for all agents. */
    public String sign(String subject, String role, Duration lifetime) {
        return sign(subject, List.of(role), List.of(), List.of(), lifetime);
    }

    /**
     * @param roles none to name scopes only
     * @param scopes added to those of the roles; role {@code service} has these alone
     * @param agents the only agents the token reaches; none = all
     * @throws IllegalArgumentException for an unknown role or scope, no right at all, or a lifetime out of bounds
     * @throws IllegalStateException when the set holds public keys only
     */
    public String sign(
            String subject, List<String> roles, List<String> scopes, List<String> agents, Duration lifetime) {
        check(subject, roles, scopes, lifetime);
        JsonObject key = keys.stream()
                .filter(Jwks::canSign)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the key file holds public keys only: it cannot sign"));
        JsonObject claims = new JsonObject()
                .put("sub", subject)
                .put("jti", UUID.randomUUID().toString());
        if (!roles.isEmpty()) {
            claims.put("role", String.join(" ", roles));
        }
        if (!scopes.isEmpty()) {
            claims.put("scope", String.join(" ", scopes));
        }
        if (!agents.isEmpty()) {
            claims.put("agents", new JsonArray(List.copyOf(agents)));
        }
        JWTOptions options = new JWTOptions()
                .setAlgorithm(key.getString("alg"))
                .setIssuer(issuer)
                .setHeader(new JsonObject().put("kid", key.getString("kid")));
        long now = System.currentTimeMillis() / 1000;
        claims.put("iat", now).put("exp", now + lifetime.toSeconds());
        return provider.generateToken(claims, options);
    }

    /** Whether this process can issue tokens, or only check them. */
    public boolean canSign() {
        return keys.stream().anyMatch(Jwks::canSign);
    }

    /** Whether tokens outlive the process. */
    boolean persistent() {
        return persistent;
    }

    String issuer() {
        return issuer;
    }

    JWTAuth provider() {
        return provider;
    }

    /** The algorithm of the key that a token names; null when there is no such key. A token without kid may use any one key's. */
    boolean allows(@Nullable String kid, String algorithm) {
        return keys.stream()
                .anyMatch(key ->
                        algorithm.equals(key.getString("alg")) && (kid == null || kid.equals(key.getString("kid"))));
    }

    private void check(String subject, List<String> roles, List<String> scopes, Duration lifetime) {
        if (subject.isBlank() || subject.length() > TokenVerifier.MAX_SUBJECT) {
            throw new IllegalArgumentException("subject must have 1 to " + TokenVerifier.MAX_SUBJECT + " characters");
        }
        Set<String> granted = Scopes.ofRoles(roles);
        for (String scope : scopes) {
            if (!Scopes.ALL.contains(scope)) {
                throw new IllegalArgumentException("no such scope: '" + scope + "'; there are " + sorted(Scopes.ALL));
            }
        }
        if (scopes.isEmpty() && granted.isEmpty()) {
            throw new IllegalArgumentException("a token needs a role or scopes");
        }
        if (lifetime.toSeconds() < 1 || (persistent && lifetime.compareTo(MAX_LIFETIME) > 0)) {
            throw new IllegalArgumentException(
                    "a token lives 1 second to " + MAX_LIFETIME.toDays() + " days, not " + lifetime);
        }
    }

    private static List<String> sorted(Set<String> values) {
        return values.stream().sorted().toList();
    }

    private static JsonObject freshSet() {
        byte[] secret = new byte[Jwks.MIN_HMAC_BYTES];
        RANDOM.nextBytes(secret);
        JsonObject key = new JsonObject()
                .put("kty", "oct")
                .put("kid", UUID.randomUUID().toString())
                .put("alg", "HS256")
                .put("use", "sig")
                .put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        return new JsonObject().put("keys", new JsonArray().add(key));
    }

    private static void refuseWhenOthersRead(Path file) throws IOException {
        if (!posix(file)) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        boolean open = permissions.stream().anyMatch(p -> !p.name().startsWith("OWNER_"));
        if (open) {
            throw new IllegalArgumentException("is readable by others: chmod 600 " + file);
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
