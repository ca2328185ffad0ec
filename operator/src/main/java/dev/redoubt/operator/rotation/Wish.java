package dev.redoubt.operator.rotation;

import dev.redoubt.operator.credentials.Password;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a resource wants of its passwords. Prints none.
 *
 * @param users who have one, as the credentials Secret names them
 * @param request the value of the annotation that asks for a rotation; each new value asks for one, empty for none
 * @param every how old generated passwords may become; empty = as old as they like
 * @param owned those users whose password the owner of the resource chooses; none is generated for them
 * @param given these passwords, as far as there are any that can be used
 * @param uid of the resource: spreads the rotations of many
 */
public record Wish(
        List<String> users,
        String request,
        Optional<Duration> every,
        Set<String> owned,
        Map<String, Password> given,
        String uid) {
    public Wish {
        users = List.copyOf(users);
        owned = Set.copyOf(owned);
        given = Map.copyOf(given);
    }
}
