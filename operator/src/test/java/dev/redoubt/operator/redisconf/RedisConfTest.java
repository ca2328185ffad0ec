package dev.redoubt.operator.redisconf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.redisconf.LiveSettings.SavePoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisConfTest {
    private static final LiveSettings USUAL = LiveSettings.of(268_435_456, "allkeys-lru", true, "everysec", List.of());

    /** Every directive that there is. Redis 7.0, 8.0 and Valkey 8.1 know each; a server ends at one that it does not. */
    @Test
    void hasExactlyTheseDirectives() {
        assertThat(directives(RedisConf.render(USUAL)))
                .containsExactlyInAnyOrder(
                        // Encrypted only
                        "port 0",
                        "tls-port 6379",
                        "tls-cert-file /etc/redoubt/tls/tls.crt",
                        "tls-key-file /etc/redoubt/tls/tls.key",
                        "tls-ca-cert-file /etc/redoubt/tls/ca.crt",
                        "tls-auth-clients optional",
                        "tls-protocols \"TLSv1.2 TLSv1.3\"",
                        "tls-replication yes",
                        // Known users only
                        "aclfile /etc/redoubt/acl/users.acl",
                        "acl-pubsub-default resetchannels",
                        "protected-mode yes",
                        "enable-debug-command no",
                        "enable-module-command no",
                        "enable-protected-configs no",
                        // Bounded clients
                        "maxmemory-clients 10%",
                        "client-output-buffer-limit normal 0 0 0",
                        "client-output-buffer-limit replica 256mb 64mb 60",
                        "client-output-buffer-limit pubsub 32mb 8mb 60",
                        "tcp-keepalive 60",
                        // Persistence
                        "dir /data",
                        "stop-writes-on-bgsave-error yes",
                        "aof-use-rdb-preamble yes",
                        // A container
                        "daemonize no",
                        "logfile \"\"",
                        "loglevel notice",
                        // Live
                        "appendfsync everysec",
                        "appendonly yes",
                        "maxmemory 268435456",
                        "maxmemory-policy allkeys-lru",
                        "save \"\"");
    }

    /** Commands are kept from users by their rights; renaming them breaks clients and replicas. */
    @ParameterizedTest
    @ValueSource(
            strings = {"requirepass", "masterauth", "user", "rename-command", "unixsocket", "loadmodule", "include"})
    void hasNoneOfThese(String directive) {
        assertThat(directives(RedisConf.render(USUAL))).noneMatch(line -> line.startsWith(directive + " "));
    }

    @Test
    void theSameSettingsGiveTheSameBytes() {
        var same = LiveSettings.of(268_435_456, "allkeys-lru", true, "everysec", List.of());

        assertThat(RedisConf.render(same)).isEqualTo(RedisConf.render(USUAL)).endsWith("\n");
    }

    /** What is hashed into the pod template does not depend on what changes on the running server. */
    @Test
    void everyLiveSettingIsOutsideOfWhatRestarts() {
        var other = LiveSettings.of(1, "noeviction", false, "no", List.of(new SavePoint(1, 1)));

        assertThat(RedisConf.render(USUAL)).startsWith(RedisConf.restartOnly());
        assertThat(RedisConf.render(other)).startsWith(RedisConf.restartOnly());
        assertThat(directives(RedisConf.restartOnly()))
                .noneMatch(line -> USUAL.values().containsKey(line.split(" ", 2)[0]));
        assertThat(USUAL.values().keySet())
                .isEqualTo(Set.of(
                        "maxmemory", "maxmemory-policy", "appendonly", "appendfsync", "save", "tls-auth-clients"));
    }

    @Test
    void savePointsAreWrittenInTheirOrder() {
        var snapshots = List.of(new SavePoint(900, 1), new SavePoint(60, 10_000));

        var live = LiveSettings.of(1, "noeviction", false, "no", snapshots);

        assertThat(directives(RedisConf.render(live))).contains("save 900 1 60 10000", "appendonly no");
    }

    @Test
    void onlyWhatDiffersIsSet() {
        var running = Map.of(
                "tls-auth-clients", "optional",
                "maxmemory", "268435456",
                "maxmemory-policy", "noeviction",
                "appendonly", "yes",
                "appendfsync", "everysec");

        assertThat(USUAL.differingFrom(running)).isEqualTo(Map.of("maxmemory-policy", "allkeys-lru", "save", ""));
        assertThat(USUAL.differingFrom(USUAL.values())).isEmpty();
    }

    @Test
    void aServerPersistsWithEitherOfTheTwo() {
        var snapshots = List.of(new SavePoint(60, 1));

        assertThat(LiveSettings.of(1, "noeviction", false, "no", List.of()).persists())
                .isFalse();
        assertThat(LiveSettings.of(1, "noeviction", true, "no", List.of()).persists())
                .isTrue();
        assertThat(LiveSettings.of(1, "noeviction", false, "no", snapshots).persists())
                .isTrue();
    }

    private static List<String> directives(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toList());
    }
}
