package dev.redoubt.cache.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.redoubt.cache.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public keys with which a cluster signs the tokens of its ServiceAccounts, by their identifier. Each is bound to the one
 * algorithm that its kind of key is for: a token cannot choose another.
 */
final class SigningKeys {

    private static final int SMALLEST_RSA = 2048;

    private final Map<String, Key> byId;

    private SigningKeys(Map<String, Key> byId) {
        this.byId = Map.copyOf(byId);
    }

    /** A key and what it is for. */
    record Key(JWSAlgorithm algorithm, JWSVerifier verifier) {}

    /**
     * Reads a JSON Web Key Set (RFC 7517). Keys for other algorithms are passed over.
     *
     * @throws ConfigException if the file is not one
     */
    static SigningKeys read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw ConfigException.of(
                    "tokens.keys",
                    List.of(file + " cannot be read; put the cluster's keys there: kubectl get --raw /openid/v1/jwks"));
        } catch (ParseException e) {
            throw ConfigException.of(
                    "tokens.keys",
                    List.of(file + " is not a JSON Web Key Set; make it with: kubectl get --raw /openid/v1/jwks"));
        }
    }

    static SigningKeys parse(String jwks) throws ParseException {
        Map<String, Key> byId = new HashMap<>();
        for (JWK key : JWKSet.parse(jwks).getKeys()) {
            Key usable = usable(key);
            if (usable != null) {
                byId.put(key.getKeyID(), usable);
            }
        }
        return new SigningKeys(byId);
    }

    private static @Nullable Key usable(JWK key) {
        if (key.getKeyID() == null
                || (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE))) {
            return null;
        }
        try {
            return switch (key) {
                case RSAKey rsa
                when rsa.size() >= SMALLEST_RSA -> new Key(JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toPublicJWK()));
                case ECKey ec
                when ec.getCurve().equals(Curve.P_256) ->
                    new Key(JWSAlgorithm.ES256, new ECDSAVerifier(ec.toPublicJWK()));
                default -> null;
            };
        } catch (JOSEException e) {
            return null;
        }
    }

    /** The key of that identifier, or null. */
    @Nullable
    Key find(@Nullable String id) {
        return id == null ? null : byId.get(id);
    }

    int size() {
        return byId.size();
    }
}
