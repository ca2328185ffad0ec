package dev.redoubt.cache.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the client behind an Authorization header. Not thread-safe: there is one per event loop. */
public final class Authenticator {

    private static final String SCHEME = "Bearer ";
    /** A token of the API server has 900 to 1,300 characters; names may have 253 each. */
    private static final int LONGEST = 4096;

    private static final Identity BUSY = new Identity.Busy();
    private static final Map<Denial, Identity.Unknown> UNKNOWN = unknown();

    private final MessageDigest sha256;

    public Authenticator() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Who the header proves to be asking.
     *
     * @param caller of this connection
     * @param now milliseconds since 1970
     */
    public Identity identify(Access access, @Nullable String authorization, Caller caller, long now) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return unknown(Denial.NO_CREDENTIAL);
        }
        if (authorization.length() > SCHEME.length() + LONGEST) {
            return unknown(Denial.TOO_LONG);
        }
        byte[] header = authorization.getBytes(StandardCharsets.UTF_8);
        Identity.Known recalled = caller.recall(access, header, now);
        return recalled != null ? recalled : prove(access, authorization, header, caller);
    }

    private Identity prove(Access access, String authorization, byte[] header, Caller caller) {
        String credential = authorization.substring(SCHEME.length()).strip();
        if (credential.isEmpty()) {
            return unknown(Denial.NO_CREDENTIAL);
        }
        KeyHash hash = KeyHash.of(sha256.digest(credential.getBytes(StandardCharsets.UTF_8)));
        Client client = access.clients().find(hash);
        if (client != null) {
            caller.remember(access, header, client.identity(), Long.MAX_VALUE);
            return client.identity();
        }
        Tokens tokens = access.tokens();
        if (tokens == null || !looksLikeAToken(credential)) {
            return unknown(Denial.UNKNOWN_KEY);
        }
        TokenVerdict learnt = caller.takeVerdict(access);
        TokenVerdict verdict = learnt != null ? learnt : tokens.known(hash);
        return switch (verdict) {
            case null -> new Identity.Unverified(tokens, hash, credential);
            case TokenVerdict.Busy _ -> BUSY;
            case TokenVerdict.Refused refused -> unknown(refused.why());
            case TokenVerdict.Proven proven -> holder(access, header, proven, caller);
        };
    }

    private static Identity holder(Access access, byte[] header, TokenVerdict.Proven proven, Caller caller) {
        Client client = access.clients().find(proven.account());
        if (client == null) {
            return unknown(Denial.NOT_A_CLIENT);
        }
        caller.remember(access, header, client.identity(), proven.expiresAt());
        return client.identity();
    }

    /** Three parts, of which the first begins like every JSON object in base64: whatever else that is, it is no API key. */
    private static boolean looksLikeAToken(String credential) {
        int first = credential.indexOf('.');
        return first > 0 && credential.indexOf('.', first + 1) > first && credential.startsWith("eyJ");
    }

    private static Identity.Unknown unknown(Denial why) {
        Identity.Unknown unknown = UNKNOWN.get(why);
        return unknown == null ? new Identity.Unknown(why) : unknown;
    }

    private static Map<Denial, Identity.Unknown> unknown() {
        Map<Denial, Identity.Unknown> all = new EnumMap<>(Denial.class);
        for (Denial why : Denial.values()) {
            all.put(why, new Identity.Unknown(why));
        }
        return all;
    }
}
