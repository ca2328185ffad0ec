package dev.redoubt.cache.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.redoubt.cache.config.ServiceConfig;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies ServiceAccount tokens with nothing but the cluster's public keys: no call leaves the process.
 *
 * <p>What costs little is looked at first. The signature, which costs a hundred times as much, is looked at last, and only if the token
 * would be accepted because of everything else. Nothing that a token says has any effect before that.
 */
final class TokenVerifier {

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

    private static final long LAST_MILLI = Long.MAX_VALUE / 2;

    private final ServiceConfig.Tokens settings;
    private final SigningKeys keys;
    private final InstantSource clock;

    TokenVerifier(ServiceConfig.Tokens settings, SigningKeys keys, InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Looks at a token.
     *
     * @param allowed asked before a signature is looked at; false = busy
     */
    TokenVerdict verify(String token, BooleanSupplier allowed) {
        SignedJWT jwt;
        JWTClaimsSet claims;
        try {
            jwt = SignedJWT.parse(token);
            if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
                return new TokenVerdict.Refused(Denial.TOKEN_ALGORITHM);
            }
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException | RuntimeException e) {
            // Whatever a made-up token does to its parser, it is not a token.
            return new TokenVerdict.Refused(Denial.TOKEN_MALFORMED);
        }
        SigningKeys.Key key = keys.find(jwt.getHeader().getKeyID());
        if (key == null) {
            return new TokenVerdict.Refused(Denial.TOKEN_SIGNING_KEY);
        }
        if (!key.algorithm().equals(jwt.getHeader().getAlgorithm())) {
            return new TokenVerdict.Refused(Denial.TOKEN_ALGORITHM);
        }
        TokenVerdict verdict = claims(claims);
        return verdict instanceof TokenVerdict.Proven ? signature(jwt, key, verdict, allowed) : verdict;
    }

    private TokenVerdict claims(JWTClaimsSet claims) {
        if (!settings.issuer().equals(claims.getIssuer())) {
            return new TokenVerdict.Refused(Denial.TOKEN_ISSUER);
        }
        List<String> audiences = claims.getAudience();
        if (audiences == null || Collections.disjoint(audiences, settings.audiences())) {
            return new TokenVerdict.Refused(Denial.TOKEN_AUDIENCE);
        }
        long now = clock.millis();
        long leeway = settings.leeway().toMillis();
        // A token without an end is none that the API server makes today; one that ends in the year 292 million
        // neither.
        long expires = millis(claims.getExpirationTime(), Long.MAX_VALUE);
        if (expires > LAST_MILLI || expires + leeway <= now) {
            return new TokenVerdict.Refused(Denial.TOKEN_EXPIRED);
        }
        long begins = Math.max(millis(claims.getNotBeforeTime(), 0), millis(claims.getIssueTime(), 0));
        if (begins > now + leeway) {
            return new TokenVerdict.Refused(Denial.TOKEN_NOT_YET_VALID);
        }
        ServiceAccount account = ServiceAccount.ofSubject(claims.getSubject());
        return account == null
                ? new TokenVerdict.Refused(Denial.TOKEN_SUBJECT)
                : new TokenVerdict.Proven(account, expires + leeway);
    }

    private static TokenVerdict signature(
            SignedJWT jwt, SigningKeys.Key key, TokenVerdict verdict, BooleanSupplier allowed) {
        if (!allowed.getAsBoolean()) {
            return TokenVerdict.Busy.INSTANCE;
        }
        try {
            return jwt.verify(key.verifier()) ? verdict : new TokenVerdict.Refused(Denial.TOKEN_SIGNATURE);
        } catch (JOSEException e) {
            return new TokenVerdict.Refused(Denial.TOKEN_SIGNATURE);
        }
    }

    @SuppressWarnings("JavaUtilDate") // what the library gives
    private static long millis(@Nullable Date date, long absent) {
        return date == null ? absent : date.getTime();
    }
}
