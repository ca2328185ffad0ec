package dev.redoubt.operator.redisuser;

import dev.redoubt.operator.server.UserRights;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A user as its running server has it, and as the Secret of its ACL file does, which the server's next start reads.
 *
 * @param rights on the server
 * @param inFile SHA-256 of its passwords in the file
 * @param since when it was first seen with the passwords that it has at both now, on the server that runs now
 */
record SeenUser(UserRights rights, Set<String> inFile, Instant since) {

    /** Since when it was seen to log in with exactly the passwords of {@code hashes}; empty if it was not. */
    Optional<Instant> since(Set<String> hashes) {
        return rights.on() && rights.passwords().equals(hashes) && inFile.equals(hashes)
                ? Optional.of(since)
                : Optional.empty();
    }
}
