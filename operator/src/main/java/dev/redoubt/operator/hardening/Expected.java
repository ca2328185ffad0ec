package dev.redoubt.operator.hardening;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.redisconf.LiveSettings;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How a server has to be. Holds no password.
 *
 * @param live the parameters of its specification
 * @param hashes SHA-256 of the password of each user that has one
 * @param serial of its certificate, in lower-case hexadecimal
 * @param image the reference that its pod was made from
 */
public record Expected(LiveSettings live, Map<AclUser, String> hashes, String serial, String image) {
    public Expected {
        hashes = Collections.unmodifiableMap(new EnumMap<>(hashes));
    }
}
