package dev.redoubt.operator.redisuser;

import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.server.ServerId;
import java.util.Map;

/**
 * All that a pass knows of what a RedisUser shall be. Prints no password.
 *
 * @param redis the Redis that the user logs in to
 * @param redisBinding the content of that Redis's own binding: host, port, CA and whatever else clients need
 * @param rules as an ACL file writes them
 * @param server the running server
 */
record RedisUserModel(
        Owner owner,
        String redis,
        Map<String, String> redisBinding,
        UserPasswords passwords,
        String rules,
        ServerId server) {

    @Override
    public String toString() {
        return "RedisUserModel[" + owner.namespace() + "/" + owner.name() + " of " + redis + "]";
    }
}
