package dev.redoubt.cache.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.redoubt.cache.TokenIssuer;
import dev.redoubt.cache.config.ServiceConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration LEEWAY = Duration.ofSeconds(10);
    private static final TokenIssuer RSA = TokenIssuer.rsa("rsa-1");
    private static final TokenIssuer EC = TokenIssuer.ec("ec-1");

    private static final ServiceConfig.Tokens SETTINGS = new ServiceConfig.Tokens(
            TokenIssuer.ISSUER, List.of("another", TokenIssuer.AUDIENCE), null, LEEWAY, null, null, null);

    private final TokenVerifier verifier = at(NOW);

    private static TokenVerifier at(Instant now) {
        try {
            return new TokenVerifier(SETTINGS, SigningKeys.parse(TokenIssuer.jwks(RSA, EC)), InstantSource.fixed(now));
        } catch (java.text.ParseException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void provesTokensOfBothKindsOfKey() {
        TokenVerdict expected = new TokenVerdict.Proven(
                new ServiceAccount("shop", "dashboard"),
                NOW.plus(Duration.ofHours(1)).plus(LEEWAY).toEpochMilli());
        assertThat(verify(RSA.token(claims().build()))).isEqualTo(expected);
        assertThat(verify(EC.token(claims().build()))).isEqualTo(expected);
    }

    @Test
    void acceptsOneOfSeveralAudiences() {
        assertThat(verify(RSA.token(
                        claims().audience(List.of("api", TokenIssuer.AUDIENCE)).build())))
                .isInstanceOf(TokenVerdict.Proven.class);
    }

    @Test
    void refusesWhatIsNotSigned() {
        assertThat(refusal(new PlainJWT(claims().build()).serialize())).isEqualTo(Denial.TOKEN_MALFORMED);
        String header = base64("{\"alg\":\"none\",\"kid\":\"rsa-1\"}");
        String payload = RSA.token(claims().build()).split("\\.", -1)[1];
        assertThat(refusal(header + "." + payload + ".")).isEqualTo(Denial.TOKEN_MALFORMED);
        assertThat(refusal(header + "." + payload + ".AAAA")).isIn(Denial.TOKEN_MALFORMED, Denial.TOKEN_ALGORITHM);
    }

    @Test
    void refusesThePublicKeyAsASharedSecret() throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), claims().build());
        token.sign(new MACSigner(RSA.rsaKey().toRSAPublicKey().getEncoded()));
        assertThat(refusal(token.serialize())).isEqualTo(Denial.TOKEN_ALGORITHM);
    }

    @Test
    void refusesAKeyForAnotherAlgorithmThanItsOwn() {
        assertThat(refusal(RSA.token("ec-1", claims().build()))).isEqualTo(Denial.TOKEN_ALGORITHM);
        assertThat(refusal(RSA.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("rsa-1").build(), claims().build())))
                .isEqualTo(Denial.TOKEN_ALGORITHM);
        assertThat(refusal(RSA.sign(
                        new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("rsa-1").build(), claims().build())))
                .isEqualTo(Denial.TOKEN_ALGORITHM);
    }

    @Test
    void refusesKeysThatItDoesNotKnow() {
        assertThat(refusal(TokenIssuer.rsa("rsa-2").token(claims().build()))).isEqualTo(Denial.TOKEN_SIGNING_KEY);
        assertThat(refusal(RSA.sign(new JWSHeader(JWSAlgorithm.RS256), claims().build())))
                .isEqualTo(Denial.TOKEN_SIGNING_KEY);
        // The right name, another key.
        assertThat(refusal(TokenIssuer.rsa("rsa-1").token(claims().build()))).isEqualTo(Denial.TOKEN_SIGNATURE);
        assertThat(refusal(TokenIssuer.ec("ec-1").token(claims().build()))).isEqualTo(Denial.TOKEN_SIGNATURE);
    }

    @Test
    void neverTakesAKeyFromTheTokenItself() {
        TokenIssuer stranger = TokenIssuer.rsa("rsa-1");
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .jwk(stranger.rsaKey().toPublicJWK())
                .jwkURL(java.net.URI.create("http://127.0.0.1:1/jwks"))
                .build();
        assertThat(refusal(stranger.sign(header, claims().build()))).isEqualTo(Denial.TOKEN_SIGNATURE);
    }

    @Test
    void refusesExtensionsThatItDoesNotUnderstand() {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .criticalParams(Set.of("exp"))
                .customParam("exp", 1)
                .build();
        assertThat(refusal(RSA.sign(header, claims().build()))).isEqualTo(Denial.TOKEN_SIGNATURE);
    }

    @Test
    void refusesOtherIssuersAudiencesAndSubjects() {
        assertThat(refusal(claims().issuer("https://evil"))).isEqualTo(Denial.TOKEN_ISSUER);
        assertThat(refusal(claims().issuer(null))).isEqualTo(Denial.TOKEN_ISSUER);
        assertThat(refusal(claims().audience("https://kubernetes.default.svc"))).isEqualTo(Denial.TOKEN_AUDIENCE);
        assertThat(refusal(claims().audience((String) null))).isEqualTo(Denial.TOKEN_AUDIENCE);
        assertThat(refusal(claims().audience(TokenIssuer.AUDIENCE + "/"))).isEqualTo(Denial.TOKEN_AUDIENCE);
        for (String subject : new String[] {
            null,
            "",
            "alice",
            "system:node:a",
            "system:serviceaccount:",
            "system:serviceaccount:a",
            "system:serviceaccount::b",
            "system:serviceaccount:a:",
            "system:serviceaccount:a:b:c"
        }) {
            assertThat(refusal(claims().subject(subject))).as(subject).isEqualTo(Denial.TOKEN_SUBJECT);
        }
    }

    @Test
    void holdsToTheTimesWithALittleLeeway() {
        String token = RSA.token(claims().build());
        Instant end = NOW.plus(Duration.ofHours(1));
        assertThat(at(end.plus(LEEWAY).minusMillis(1)).verify(token, () -> true))
                .isInstanceOf(TokenVerdict.Proven.class);
        assertThat(at(end.plus(LEEWAY)).verify(token, () -> true))
                .isEqualTo(new TokenVerdict.Refused(Denial.TOKEN_EXPIRED));
        assertThat(at(NOW.minus(LEEWAY)).verify(token, () -> true)).isInstanceOf(TokenVerdict.Proven.class);
        assertThat(at(NOW.minus(LEEWAY).minusMillis(1)).verify(token, () -> true))
                .isEqualTo(new TokenVerdict.Refused(Denial.TOKEN_NOT_YET_VALID));
        assertThat(refusal(claims().expirationTime(null))).isEqualTo(Denial.TOKEN_EXPIRED);
        assertThat(refusal(claims().claim("exp", Long.MAX_VALUE))).isEqualTo(Denial.TOKEN_EXPIRED);
        assertThat(refusal(claims().claim("exp", "tomorrow"))).isEqualTo(Denial.TOKEN_MALFORMED);
    }

    @Test
    void looksAtTheSignatureLastAndOnlyWhenItMay() {
        AtomicInteger asked = new AtomicInteger();
        for (String token : List.of(
                RSA.token(claims().issuer("x").build()),
                RSA.token(claims().audience("x").build()),
                TokenIssuer.rsa("x").token(claims().build()))) {
            verifier.verify(token, () -> asked.incrementAndGet() > 0);
        }
        assertThat(asked).hasValue(0);
        assertThat(verifier.verify(RSA.token(claims().build()), () -> false)).isEqualTo(TokenVerdict.Busy.INSTANCE);
    }

    /** One changed character anywhere, in 300 of the 900 places: the token is refused, whatever else it then is. */
    @Test
    void refusesEveryChange() {
        String good = RSA.token(claims().build());
        Random random = new Random(20_261_126);
        for (int n = 0; n < 300; n++) {
            // The last character of each part may have bits that are not part of the bytes.
            int at = random.nextInt(good.length() - 1);
            if (good.charAt(at) == '.' || good.charAt(at + 1) == '.') {
                continue;
            }
            char other = good.charAt(at) == 'A' ? 'B' : 'A';
            String changed = good.substring(0, at) + other + good.substring(at + 1);
            assertThat(verify(changed)).as(changed).isInstanceOf(TokenVerdict.Refused.class);
        }
    }

    @Test
    void survivesWhatIsNoTokenAtAll() {
        String deep = base64("[".repeat(2000));
        String deepObject = base64("{\"a\":".repeat(600) + "1" + "}".repeat(600));
        String header = base64("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}");
        for (String token : List.of(
                "",
                ".",
                "..",
                "...",
                "a.b.c",
                "a.b.c.d.e",
                "eyJ.eyJ.eyJ",
                header + "." + deep + ".AAAA",
                header + "." + deepObject + ".AAAA",
                deepObject + "." + deepObject + ".AAAA",
                header + "." + base64("null") + ".AAAA",
                header + "." + base64("[]") + ".AAAA",
                header + "." + base64("{\"exp\":1e999,\"iss\":1}") + ".AAAA",
                base64("{\"alg\":1}") + "." + base64("{}") + ".AAAA",
                base64("{\"alg\":\"RS256\",\"kid\":{}}") + "." + base64("{}") + ".AAAA",
                "\u0000.\u0000.\u0000",
                "=".repeat(4000))) {
            assertThat(verify(token)).as(token).isInstanceOf(TokenVerdict.Refused.class);
        }
    }

    @Test
    void passesOverKeysThatItCannotUse() throws Exception {
        String keys =
                """
                {"keys":[
                  {"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
                  {"kty":"oct","kid":"shared","k":"AAAA"},
                  %s]}""".formatted(TokenIssuer.jwks(EC).replace("{\"keys\":[", "").replace("]}", ""));
        SigningKeys parsed = SigningKeys.parse(keys);
        assertThat(parsed.size()).isEqualTo(1);
        assertThat(parsed.find("ec-1")).isNotNull();
        assertThat(parsed.find("shared")).isNull();
        assertThat(parsed.find(null)).isNull();
    }

    private static JWTClaimsSet.Builder claims() {
        return TokenIssuer.claims("shop", "dashboard", NOW);
    }

    private TokenVerdict verify(String token) {
        return verifier.verify(token, () -> true);
    }

    private Denial refusal(JWTClaimsSet.Builder claims) {
        return refusal(RSA.token(claims.build()));
    }

    private Denial refusal(String token) {
        return verify(token) instanceof TokenVerdict.Refused(Denial why) ? why : null;
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
