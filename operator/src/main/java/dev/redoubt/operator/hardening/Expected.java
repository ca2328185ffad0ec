package dev.redoubt.operator.hardening;

import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.redisconf.LiveSettings;
import java.util.List;

/**
 * How a server has to be. Holds no password.
 *
 * @param live the parameters of its specification
 * @param users all that it has to have, and there may be no others
 * @param serial of its certificate, in lower-case hexadecimal
 * @param image the reference that its pod was made from
 */
public record Expected(LiveSettings live, List<ServerUser> users, String serial, String image) {
    public Expected {
        users = List.copyOf(users);
    }

    /** How many users log in with a password. */
    long withPassword() {
        return users.stream()
                .filter(user -> user.login() == ServerUser.Login.PASSWORD)
                .count();
    }
}
