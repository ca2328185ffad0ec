package dev.redoubt.operator.redis;

import static dev.redoubt.operator.acl.RedisUsers.onServer;
import static dev.redoubt.operator.acl.RedisUsers.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.AclFile;
import dev.redoubt.operator.acl.Permissions;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.TriedRules;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who of those that RedisUsers ask for reaches the ACL file, and with which rights. */
class SpecifiedUsersTest {
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final RedisUser READER =
            user("orders", "commands: {categories: [read]}, keys: [{pattern: \"orders:*\"}]");
    private static final RedisUser WRITER = user("orders", "keys: [{pattern: \"orders:*\"}]");
    private static final RedisUser REFUSED = user("orders", "commands: {allow: [hexpire]}");
    private static final Optional<TriedRules> UNTRIED = Optional.empty();
    private static final Optional<TriedRules> HARMLESS =
            Optional.of(new TriedRules(Optional.empty(), Set.of(), Optional.empty()));
    private static final Optional<TriedRules> HARMFUL =
            Optional.of(new TriedRules(Optional.empty(), Set.of("CONFIG GET *"), Optional.empty()));

    @Test
    void whatTheServerHasNotTriedIsNotInTheFile() {
        assertThat(users(WRITER, UNTRIED)).isEmpty();
        assertThat(users(WRITER, HARMFUL)).isEmpty();
        assertThat(users(WRITER, HARMLESS)).containsExactly(withRightsOf(WRITER));
    }

    /** The operator has started anew and remembers no trial: the file does. */
    @Test
    void whatIsInTheFileStaysThere() {
        assertThat(users(WRITER, UNTRIED, onServer(WRITER))).containsExactly(withRightsOf(WRITER));
    }

    @Test
    void untilNewRightsAreTriedTheOldOnesHold() {
        assertThat(users(WRITER, UNTRIED, onServer(READER))).containsExactly(withRightsOf(READER));
        assertThat(users(WRITER, HARMFUL, onServer(READER))).containsExactly(withRightsOf(READER));
        assertThat(users(WRITER, HARMLESS, onServer(READER))).containsExactly(withRightsOf(WRITER));
    }

    @Test
    void whatIsRefusedChangesNothing() {
        assertThat(users(REFUSED, HARMLESS)).isEmpty();
        assertThat(users(REFUSED, HARMLESS, onServer(READER))).containsExactly(withRightsOf(READER));
    }

    /** Another version of the engine lets such a user do more than the one that was asked first. */
    @Test
    void whomANewServerWouldLetDoTooMuchGoes() {
        assertThat(users(WRITER, HARMFUL, onServer(WRITER))).isEmpty();
    }

    @Test
    void withoutItsSecretAUserKeepsItsPassword() {
        assertThat(SpecifiedUsers.of(List.of(WRITER), byName(onServer(WRITER)), _ -> List.of(), _ -> HARMLESS))
                .containsExactly(onServer(WRITER));
        assertThat(SpecifiedUsers.of(List.of(WRITER), Map.of(), _ -> List.of(), _ -> HARMLESS))
                .isEmpty();
    }

    @Test
    void aPausedUserStaysAsItIs() {
        var paused = user("orders", "keys: [{pattern: \"orders:*\"}]");
        paused.getMetadata().setAnnotations(Map.of(Labels.PAUSED, "true"));

        assertThat(users(paused, HARMLESS)).isEmpty();
        assertThat(users(paused, HARMLESS, onServer(READER))).containsExactly(onServer(READER));
    }

    @Test
    void whoIsBeingDeletedGoes() {
        var deleted = user("orders", "keys: [{pattern: \"orders:*\"}]");
        deleted.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        assertThat(users(deleted, HARMLESS, onServer(WRITER))).isEmpty();
    }

    @Test
    void theyAreInTheOrderOfTheirNames() {
        var users = List.of(user("b", ""), user("a", ""), user("c", ""));

        assertThat(SpecifiedUsers.of(users, Map.of(), _ -> List.of(HASH), _ -> HARMLESS))
                .extracting(ServerUser::name)
                .containsExactly("a", "b", "c");
    }

    @Test
    void theFileInTheSecretIsWhatIsRemembered() {
        var secret = new SecretBuilder()
                .withData(SecretData.encode(Map.of(RedisConf.ACL_FILE, AclFile.render(List.of(onServer(WRITER))))))
                .build();

        assertThat(SpecifiedUsers.standing(secret)).containsExactly(Map.entry("orders", onServer(WRITER)));
        assertThat(SpecifiedUsers.standing(null)).isEmpty();
    }

    private static List<ServerUser> users(RedisUser user, Optional<TriedRules> tried, ServerUser... standing) {
        Collection<String> hashes = List.of(HASH);
        return SpecifiedUsers.of(List.of(user), byName(standing), _ -> hashes, _ -> tried);
    }

    private static Map<String, ServerUser> byName(ServerUser... standing) {
        return Arrays.stream(standing).collect(Collectors.toMap(ServerUser::name, told -> told));
    }

    private static ServerUser withRightsOf(RedisUser user) {
        return ServerUser.withPasswords(user.getMetadata().getName(), List.of(HASH), Permissions.rules(user.getSpec()));
    }
}
