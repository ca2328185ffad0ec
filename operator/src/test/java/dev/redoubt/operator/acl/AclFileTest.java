package dev.redoubt.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.operator.credentials.Password;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AclFileTest {
    private static final Credentials CREDENTIALS = new Credentials(Arrays.stream(AclUser.values())
            .filter(AclUser::hasPassword)
            .collect(Collectors.toMap(
                    user -> user,
                    user -> new Password("password-of-" + user.userName()),
                    (first, _) -> first,
                    () -> new EnumMap<>(AclUser.class))));

    /**
     * Every word is a grant, so every word is held here. Each user has the least that it needs:
     *
     * <ul>
     *   <li>default: nothing, and off, because without the line it would be open to anybody
     *   <li>app: every data command; nothing that administers, stops or scans the whole server; INFO for the version
     *   <li>service: the commands that the cache service sends and that its scripts call, on its own prefix
     *   <li>operator: configuration and users, no data
     *   <li>exporter: the commands that the exporter sends, no key, no configuration
     *   <li>replication: the replication handshake
     *   <li>probe: PING and ECHO, without a password, so that no probe carries one
     * </ul>
     */
    @Test
    void grantsExactlyThis() {
        assertThat(AclFile.render(CREDENTIALS.users()).lines().map(AclFileTest::withoutHash))
                .containsExactly(
                        "user default off sanitize-payload resetpass ~* &* +@all",
                        "user app on sanitize-payload # ~* &* +@all -@admin -@dangerous +info",
                        "user service on sanitize-payload # resetkeys ~redoubt:* resetchannels &redoubt:* -@all"
                                + " +ping +get +set +unlink +pexpire +evalsha +eval +client|tracking +getex +time +zadd +zcard +zremrangebyscore",
                        "user operator on sanitize-payload # resetkeys resetchannels -@all +@connection +info"
                                + " +config|get +config|set +acl|users +acl|setuser +acl|getuser +acl|deluser"
                                + " +acl|dryrun +acl|whoami",
                        "user exporter on sanitize-payload # resetkeys resetchannels -@all +info +client|setname"
                                + " +slowlog|get +slowlog|len +latency|latest +latency|histogram",
                        "user replication on sanitize-payload # resetkeys resetchannels -@all +psync +replconf +ping",
                        "user probe on sanitize-payload nopass resetkeys resetchannels -@all +ping +echo");
    }

    @Test
    void holdsNoPasswordButItsHash() throws Exception {
        var file = AclFile.render(CREDENTIALS.users());

        assertThat(file).doesNotContain("password-of-").endsWith("\n");
        for (var entry : CREDENTIALS.passwords().entrySet()) {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(entry.getValue().plain().getBytes(StandardCharsets.UTF_8));
            assertThat(file)
                    .contains("user " + entry.getKey().userName() + " on sanitize-payload #"
                            + HexFormat.of().formatHex(digest) + " ");
        }
    }

    /** {@code printf foobared | sha256sum} */
    @Test
    void theHashIsSha256InHexadecimal() {
        assertThat(new Password("foobared").sha256())
                .isEqualTo("1b58ee375b42e41f0e48ef2ff27d10a5b1f6924a9acdcdba7cae868e7adce6bf");
    }

    @Test
    void onlyUsersThatLogInWithOneHaveAPassword() {
        assertThat(CREDENTIALS.passwords())
                .containsOnlyKeys(
                        AclUser.APP, AclUser.SERVICE, AclUser.OPERATOR, AclUser.EXPORTER, AclUser.REPLICATION);
        assertThatThrownBy(() -> CREDENTIALS.of(AclUser.PROBE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ACL user probe has no password");
    }

    private static String withoutHash(String line) {
        return line.replaceAll("#[0-9a-f]{64}", "#");
    }
}
