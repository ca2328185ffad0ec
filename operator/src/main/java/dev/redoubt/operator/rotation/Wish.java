package dev.redoubt.operator.rotation;

import dev.redoubt.operator.credentials.Password;
import java.time.Duration;
import java.util.Optional;

/**
 * What a resource wants of its passwords. Prints none.
 *
 * @param request the value of the annotation that asks for a rotation; each new value asks for one, empty for none
 * @param every how old generated passwords may become; empty = as old as they like
 * @param owned whether the owner of the resource chooses the password of the application; then none is generated for it
 * @param given that password; empty if there is none, or if it cannot be used
 * @param uid of the resource: spreads the rotations of many
 */
public record Wish(String request, Optional<Duration> every, boolean owned, Optional<Password> given, String uid) {}
