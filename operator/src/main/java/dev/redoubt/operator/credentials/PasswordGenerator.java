package dev.redoubt.operator.credentials;

import java.util.Base64;
import java.util.random.RandomGenerator;

/** Makes passwords of 256 random bits, in base64url without padding: 43 characters, safe in URLs, shells and ACL files. */
public final class PasswordGenerator {
    private static final int BYTES = 32;

    private final RandomGenerator random;

    /** @param random a {@link java.security.SecureRandom} outside of tests */
    public PasswordGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** A new password of an ACL user. */
    public Password password() {
        return new Password(randomText());
    }

    /** A new API key; its prefix lets secret scanners recognise a leaked one. */
    public Password apiKey() {
        return new Password("rdk_" + randomText());
    }

    private String randomText() {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
