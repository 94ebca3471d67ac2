package dev.sinal.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and tokens: what passes, and that nothing else does. */
final class TokenTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final TokenKeys KEYS = TokenKeys.parse(set(oct(SECRET)), "sinal");
    private static final TokenVerifier VERIFIER = new TokenVerifier(KEYS, Clock.systemUTC());

    private static JsonObject oct(byte[] secret) {
        return new JsonObject().put("kty", "oct").put("kid", "k1").put("k", url(secret));
    }

    private static String set(JsonObject... keys) {
        return new JsonObject().put("keys", new JsonArray(Arrays.asList(keys))).encode();
    }

    private static String url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonObject claims() {
        long now = Instant.now().getEpochSecond();
        return new JsonObject()
                .put("iss", "sinal")
                .put("sub", "me")
                .put("role", "viewer")
                .put("iat", now)
                .put("exp", now + 60);
    }

    private static String token(JsonObject header, JsonObject claims) {
        String head = url(header.encode().getBytes(StandardCharsets.UTF_8)) + "."
                + url(claims.encode().getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return head + "." + url(mac.doFinal(head.getBytes(StandardCharsets.US_ASCII)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject header() {
        return new JsonObject().put("alg", "HS256").put("typ", "JWT").put("kid", "k1");
    }

    private static void refused(String token) {
        Future<Principal> verified = VERIFIER.verify(token);
        assertThat(verified.failed()).as(token).isTrue();
        assertThat(RpcError.of(verified.cause())).isEqualTo(RpcError.UNAUTHORIZED);
    }

    @Test
    void aHandMadeTokenPasses() {
        Principal principal = VERIFIER.verify(token(header(), claims())).result();

        assertThat(principal.subject()).isEqualTo("me");
        assertThat(principal.scopes())
                .containsExactlyInAnyOrder("stream:read", "stream:live", "agent:read", "logs:read");
        assertThat(principal.sees("anything")).isTrue();
    }

    @Test
    void everyOtherShapeIsRefused() {
        String good = token(header(), claims());
        refused("");
        refused("x");
        refused("a.b.c");
        refused(good.substring(0, good.lastIndexOf('.') + 1));
        refused(good.substring(0, good.length() - 2) + (good.endsWith("A") ? "B" : "A"));
        refused(good + ".x");
        refused("x".repeat(10_000));
        refused(token(header().put("alg", "none"), claims()));
        refused(token(header().put("alg", "HS384"), claims()));
        refused(token(header().put("alg", "RS256"), claims()));
        refused(token(header().put("kid", "k2"), claims()));
        refused(token(header().put("crit", new JsonArray().add("b64")), claims()));
        refused(token(header().put("typ", "JWE"), claims()));
        String unsigned = url(new JsonObject().put("alg", "none").encode().getBytes(StandardCharsets.UTF_8)) + "."
                + url(claims().encode().getBytes(StandardCharsets.UTF_8)) + ".";
        refused(unsigned);
    }

    @Test
    void everyClaimIsNeeded() {
        for (String name : List.of("iss", "sub", "iat", "exp", "role")) {
            JsonObject without = claims();
            without.remove(name);
            refused(token(header(), without));
        }
        long now = Instant.now().getEpochSecond();
        refused(token(header(), claims().put("exp", "tomorrow")));
        refused(token(header(), claims().put("iss", "other")));
        refused(token(header(), claims().put("role", "king")));
        refused(token(header(), claims().put("sub", "")));
        refused(token(header(), claims().put("iat", now + 300).put("exp", now + 600)));
        refused(token(header(), claims().put("iat", now - 600).put("exp", now - 60)));
        refused(token(header(), claims().put("nbf", now + 300)));
        refused(token(header(), claims().put("exp", now + 500L * 86_400)));
        refused(token(header(), claims().put("agents", "abc")));
        refused(token(header(), claims().put("agents", new JsonArray().add(1))));
    }

    @Test
    void aLeewayOfHalfAMinuteForgivesClocks() {
        long now = Instant.now().getEpochSecond();

        assertThat(VERIFIER.verify(
                                token(header(), claims().put("iat", now - 100).put("exp", now - 10)))
                        .succeeded())
                .isTrue();
    }

    @Test
    void expiryFollowsTheClock() {
        String token = KEYS.sign("me", "viewer", Duration.ofSeconds(60));
        Clock later = Clock.fixed(Instant.now().plusSeconds(120), ZoneOffset.UTC);

        assertThat(new TokenVerifier(KEYS, later).verify(token).failed()).isTrue();
    }

    @Test
    void aKnownTokenIsOverWhenItsTimeIs() {
        MovingClock clock = new MovingClock(Instant.now());
        TokenVerifier verifier = new TokenVerifier(KEYS, clock);
        String token = KEYS.sign("me", "viewer", Duration.ofSeconds(60));

        assertThat(verifier.verify(token).succeeded()).isTrue();
        assertThat(verifier.verify(token).result().subject()).isEqualTo("me");
        assertThat(verifier.known()).isEqualTo(1);

        clock.now = clock.now.plusSeconds(120);
        assertThat(verifier.verify(token).failed()).isTrue();
        assertThat(verifier.known()).isZero();
        clock.now = clock.now.minusSeconds(500);
        assertThat(verifier.verify(token).failed()).isTrue();
    }

    @Test
    void aKnownTokenWithAnotherSignatureOrOtherClaimsIsRefused() {
        TokenVerifier verifier = new TokenVerifier(KEYS, Clock.systemUTC());
        String token = token(header(), claims());
        String[] parts = token.split("\\.");
        String admin = url(claims().put("role", "admin").encode().getBytes(StandardCharsets.UTF_8));
        assertThat(verifier.verify(token).succeeded()).isTrue();

        assertThat(verifier.verify(parts[0] + "." + parts[1] + "." + url(new byte[32]))
                        .failed())
                .isTrue();
        assertThat(verifier.verify(parts[0] + "." + admin + "." + parts[2]).failed())
                .isTrue();
        assertThat(verifier.verify(parts[0] + "." + parts[1] + ".").failed()).isTrue();
        assertThat(verifier.known()).isEqualTo(1);
        TokenKeys others = TokenKeys.parse(
                set(oct("fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII))), "sinal");
        assertThat(new TokenVerifier(others, Clock.systemUTC()).verify(token).failed())
                .isTrue();
    }

    @Test
    void whatIsKnownIsBounded() {
        KnownTokens known = new KnownTokens(10_000);
        for (int i = 0; i < 1_000; i++) {
            known.put("token" + i, claims());
        }
        assertThat(known.size()).isBetween(1L, 100L);
    }

    private static final class MovingClock extends Clock {
        private Instant now;

        MovingClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void signedTokensCarryRolesScopesAndAgents() {
        String token = KEYS.sign(
                "svc", List.of("service"), List.of("telemetry:write"), List.of("abc123"), Duration.ofMinutes(1));
        Principal principal = VERIFIER.verify(token).result();

        assertThat(principal.scopes()).containsExactly("telemetry:write");
        assertThat(principal.sees("abc123")).isTrue();
        assertThat(principal.sees("other")).isFalse();
        assertThatThrownBy(() -> KEYS.sign("x", List.of("service"), List.of(), List.of(), Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KEYS.sign("x", "nobody", Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KEYS.sign("x", "viewer", Duration.ofDays(400)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void weakAndUnknownKeysAreRefused() {
        for (String text : List.of(
                "{}",
                "{\"keys\":[]}",
                set(oct(new byte[31])),
                set(oct(SECRET).put("alg", "none")),
                set(oct(SECRET).put("alg", "RS256")),
                set(new JsonObject().put("kty", "EC").put("crv", "P-521")),
                set(new JsonObject().put("kty", "RSA").put("n", url(new byte[128]))),
                set(oct(SECRET), new JsonObject().put("kty", "unheard-of")),
                set(oct(SECRET), oct(SECRET)))) {
            assertThatThrownBy(() -> TokenKeys.parse(text, "sinal"))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void ellipticCurveKeysSignAndVerify() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        ECPublicKey open = (ECPublicKey) pair.getPublic();
        JsonObject publicKey = new JsonObject()
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("kid", "e")
                .put("x", url(fixed(open.getW().getAffineX())))
                .put("y", url(fixed(open.getW().getAffineY())));
        JsonObject both = publicKey.copy().put("d", url(fixed(((ECPrivateKey) pair.getPrivate()).getS())));

        String token = TokenKeys.parse(set(both), "sinal").sign("me", "admin", Duration.ofMinutes(1));
        TokenKeys verifyOnly = TokenKeys.parse(set(publicKey), "sinal");

        assertThat(new TokenVerifier(verifyOnly, Clock.systemUTC())
                        .verify(token)
                        .result()
                        .has("user:admin"))
                .isTrue();
        assertThat(verifyOnly.canSign()).isFalse();
        assertThat(VERIFIER.verify(token).failed()).isTrue();
    }

    private static byte[] fixed(java.math.BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] padded = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, padded, 32 - length, length);
        return padded;
    }

    @Test
    void keyFilesAreTheOwnersAlone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sub/keys.json");
        String token = TokenKeys.create(file).sign("me", "viewer", Duration.ofMinutes(1));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new TokenVerifier(TokenKeys.load(file), Clock.systemUTC())
                        .verify(token)
                        .succeeded())
                .isTrue();
        assertThatThrownBy(() -> TokenKeys.create(file)).isInstanceOf(UncheckedIOException.class);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> TokenKeys.load(file)).hasMessageContaining("chmod 600");
        assertThatThrownBy(() -> TokenKeys.load(folder.resolve("none"))).hasMessageContaining("keys init");
    }
}
