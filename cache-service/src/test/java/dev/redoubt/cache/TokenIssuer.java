package dev.redoubt.cache;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** Makes tokens as an API server does: the same header, the same claims, with a key of the cluster. */
public final class TokenIssuer {

    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    public static final String AUDIENCE = "https://gateway-cache-service.shop.svc";

    private final JWK key;

    private TokenIssuer(JWK key) {
        this.key = key;
    }

    public static TokenIssuer rsa(String id) {
        return rsa(id, 2048);
    }

    public static TokenIssuer rsa(String id, int bits) {
        try {
            return new TokenIssuer(new RSAKeyGenerator(bits, true).keyID(id).generate());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    public static TokenIssuer ec(String id) {
        try {
            return new TokenIssuer(new ECKeyGenerator(Curve.P_256).keyID(id).generate());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** What {@code kubectl get --raw /openid/v1/jwks} would say. */
    public static String jwks(TokenIssuer... issuers) {
        return new JWKSet(List.of(issuers).stream()
                        .map(issuer -> issuer.key.toPublicJWK())
                        .toList())
                .toString();
    }

    public RSAKey rsaKey() {
        return key.toRSAKey();
    }

    /** The claims of a token that is good for an hour. */
    public static JWTClaimsSet.Builder claims(String namespace, String name, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("system:serviceaccount:" + namespace + ":" + name)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
                .jwtID("0f0a3c9a-4d1b-4a53-9d3d-0b6d3b2b8f61")
                .claim(
                        "kubernetes.io",
                        Map.of(
                                "namespace",
                                namespace,
                                "pod",
                                Map.of(
                                        "name",
                                        "dashboard-7d9c5b7c6b-x2x7p",
                                        "uid",
                                        "5b0f3d9c-4d1b-4a53-9d3d-0b6d3b2b8f61"),
                                "serviceaccount",
                                Map.of("name", name, "uid", "7c0f3d9c-4d1b-4a53-9d3d-0b6d3b2b8f61")));
    }

    public String token(String namespace, String name) {
        return token(claims(namespace, name, Instant.now()).build());
    }

    public String token(JWTClaimsSet claims) {
        return token(key.getKeyID(), claims);
    }

    public String token(String keyId, JWTClaimsSet claims) {
        JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        return sign(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
    }

    public String sign(JWSHeader header, JWTClaimsSet claims) {
        try {
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
