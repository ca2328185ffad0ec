package dev.redoubt.cache.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Finds the client behind an Authorization header. Not thread-safe: there is one per event loop. */
public final class Authenticator {

    private static final String SCHEME = "Bearer ";
    private static final int LONGEST_KEY = 512;

    private final MessageDigest sha256;

    public Authenticator() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The client among these that the header proves, or null: no header, another scheme, or a key that nobody has. */
    public @Nullable Client authenticate(Clients clients, @Nullable String authorization) {
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || authorization.length() > SCHEME.length() + LONGEST_KEY) {
            return null;
        }
        String key = authorization.substring(SCHEME.length()).strip();
        return key.isEmpty() ? null : clients.find(KeyHash.of(sha256.digest(key.getBytes(StandardCharsets.UTF_8))));
    }
}
