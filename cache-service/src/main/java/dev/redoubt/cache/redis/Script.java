package dev.redoubt.cache.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script that Redis runs as one step: sent by its digest, and in full to a Redis that has not seen it. */
public final class Script {

    private final String sha1;
    private final byte[] source;

    private Script(byte[] source) {
        this.source = source;
        try {
            this.sha1 =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** The script in these resources beside that class, one after the other, such as {@code value.lua}, {@code store.lua}. */
    public static Script beside(Class<?> owner, String... resources) {
        ByteArrayOutputStream source = new ByteArrayOutputStream();
        for (String resource : resources) {
            try (InputStream in = owner.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("no resource " + resource + " beside " + owner);
                }
                in.transferTo(source);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Script(source.toByteArray());
    }

    String sha1() {
        return sha1;
    }

    byte[] source() {
        return source;
    }
}
