package dev.redoubt.cache.lifecycle;

import dev.redoubt.cache.config.ServiceConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The content of the configuration file, first, and of the files that it names.
 *
 * @param contents in their order; an absent file is one without content
 */
record Fingerprint(List<ByteBuffer> contents) {

    /** Of the file as it is now, and of what {@code named} names. */
    static Fingerprint of(Path file, ServiceConfig named) {
        ServiceConfig.Tokens tokens = named.tokens();
        return new Fingerprint(Stream.of(
                        Stream.of(file),
                        named.clients().stream().map(ServiceConfig.Client::apiKeySha256File),
                        Stream.ofNullable(tokens == null ? null : tokens.keys()))
                .flatMap(paths -> paths)
                .filter(Objects::nonNull)
                .map(Fingerprint::content)
                .toList());
    }

    /** Whether the configuration file itself is the same. */
    boolean hasTheFileOf(Fingerprint other) {
        return contents.getFirst().equals(other.contents.getFirst());
    }

    /** SHA-256 of the configuration file, in hexadecimal. */
    String sha256OfTheFile() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(contents.getFirst().duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    private static ByteBuffer content(Path path) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(path));
        } catch (IOException e) {
            return ByteBuffer.allocate(0);
        }
    }
}
