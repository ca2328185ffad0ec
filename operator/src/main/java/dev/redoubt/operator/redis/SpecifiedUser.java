package dev.redoubt.operator.redis;

import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.credentials.Password;
import java.util.List;

/**
 * A user that a RedisUser asks for. Prints no password.
 *
 * @param user as the server is told it
 * @param passwords that log in, the one that clients are given first
 */
record SpecifiedUser(ServerUser user, List<Password> passwords) {
    SpecifiedUser {
        passwords = List.copyOf(passwords);
    }
}
