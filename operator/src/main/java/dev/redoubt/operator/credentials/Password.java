package dev.redoubt.operator.credentials;

import dev.redoubt.operator.owned.ContentHash;

/** A plain password. It prints as {@code ***}: read it on purpose with {@link #plain()}. */
public record Password(String plain) {
    /** The form that an ACL file and a clients Secret carry: SHA-256 in hexadecimal. */
    public String sha256() {
        return ContentHash.of(plain);
    }

    @Override
    public String toString() {
        return "***";
    }
}
