package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.RedisLogin;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application fills its Redis: the condition says so, and what it advises helps. */
@OnCluster
class MemoryIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** The allocator gives it 32 MiB, which is all that a small Redis may hold. */
    private static final int TOO_LARGE = 30_000_000;

    private static final int CHUNKS = 20;
    private static final int CHUNK = 10_000;
    private static final String FILL =
            "for i = ARGV[1], ARGV[1] + ARGV[2] - 1 do redis.call('SET', 'key:' .. string.format('%d', i),"
                    + " string.rep('x', 900)) end return redis.status_reply('OK')";
    private static final String SCATTER = "for i = ARGV[1], ARGV[1] + ARGV[2] - 1 do if i % 4 > 0 then"
            + " redis.call('DEL', 'key:' .. string.format('%d', i)) end end return redis.status_reply('OK')";

    private Stage stage;
    private User user;

    @BeforeEach
    void givenTheOperator() {
        stage = Stage.open("memory");
        user = stage.user();
        stage.operator().start();
    }

    @AfterEach
    void leaveNothing() {
        stage.close();
    }

    @Test
    void aFullRedisSaysSoAndWhatItAdvisesHelps() {
        user.appliesSmallRedis("full", "maxMemoryPolicy: noeviction");
        user.seesReady(Redis.class, "full");
        user.sees(Redis.class, "full", "MemoryHealthy", "True", Reason.MemorySufficient, SOON);

        var application = stage.application("full");
        application.store("large", TOO_LARGE);
        assertThatThrownBy(() -> application.set("more", "data"))
                .isInstanceOf(RedisCommandExecutionException.class)
                .hasMessageStartingWith("OOM");

        user.sees(Redis.class, "full", "MemoryHealthy", "False", Reason.MemoryFull, SOON);
        var condition = User.condition(user.redis("full"), "MemoryHealthy");
        assertThat(condition.getMessage())
                .contains("kubectl -n " + stage.namespace()
                        + " patch redis full --type merge -p '{\"spec\":{\"maxMemory\":\"64Mi\"}}'");
        // It serves, and reads are answered.
        user.seesReady(Redis.class, "full");

        user.appliesRedis("full", "{maxMemory: 64Mi, maxMemoryPolicy: noeviction, resources: {requests: {cpu: 10m}}}");

        user.seesReady(Redis.class, "full");
        user.sees(Redis.class, "full", "MemoryHealthy", "True", Reason.MemorySufficient, SOON);
        application.set("more", "data");
    }

    /** Every fourth key stays where it is, and what lay between them is free in pieces. */
    @Test
    void aRedisThatHoldsMuchMoreThanItsDataSaysSoAndARestartHelps() {
        user.appliesRedis("scattered", "{maxMemory: 256Mi, resources: {requests: {cpu: 10m}}}");
        user.seesReady(Redis.class, "scattered");
        user.sees(Redis.class, "scattered", "MemoryHealthy", "True", Reason.MemorySufficient, SOON);
        var application = stage.application("scattered");
        for (var chunk = 0; chunk < CHUNKS; chunk++) {
            application.run("EVAL", FILL, "0", Integer.toString(chunk * CHUNK), Integer.toString(CHUNK));
        }
        for (var chunk = 0; chunk < CHUNKS; chunk++) {
            application.run("EVAL", SCATTER, "0", Integer.toString(chunk * CHUNK), Integer.toString(CHUNK));
        }

        user.sees(Redis.class, "scattered", "MemoryHealthy", "False", Reason.Fragmented, SOON);
        assertThat(User.condition(user.redis("scattered"), "MemoryHealthy").getMessage())
                .contains("kubectl -n " + stage.namespace() + " delete pod scattered-redis-0");

        // A restart does over again what came after the last rewrite of the append-only file, the scattering too.
        var rewrites = persistence(application, "aof_rewrites");
        var megabyte = "x".repeat(1_000_000);
        await("a rewrite of what is left").atMost(Stage.PATIENCE).until(() -> {
            application.set("filler", megabyte);
            return persistence(application, "aof_rewrites") > rewrites
                    && persistence(application, "aof_rewrite_in_progress") == 0;
        });
        stage.object(Pod.class, "scattered-redis-0").delete();

        user.sees(Redis.class, "scattered", "MemoryHealthy", "True", Reason.MemorySufficient, Stage.PATIENCE);
        user.seesReady(Redis.class, "scattered");
        assertThat(application.get("key:0")).hasSize(900);
    }

    /** A number of INFO persistence. Rewrites are counted when they begin. */
    private static long persistence(RedisLogin application, String field) {
        return application
                .onOneConnection(redis -> redis.info("persistence"))
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
