package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What restarts a pod, and what must not. */
class PodTemplateTest {
    private static final String BASE = "maxMemory: 256Mi";
    /** One set of passwords and certificates for all, so that only the specification differs. */
    private static final RedisWorld FIRST_WORLD =
            worldOf(RedisFixture.model(RedisFixture.redis("r", "{" + BASE + "}")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "maxMemoryPolicy: noeviction",
                "persistence: {appendFsync: always}",
                "persistence: {snapshots: [{seconds: 60, changes: 1}]}",
                "persistence: {storage: {size: 30Gi}}",
                "persistence: {storage: {retention: Delete}}",
                "access: {from: [{podSelector: {matchLabels: {app: a}}}]}",
                "resources: {limits: {memory: 2Gi}}",
                "resources: {requests: {cpu: 900m}}"
            })
    void whatTheRunningServerTakesOverRestartsNothing(String change) {
        assertThat(hash(change)).isEqualTo(hash(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image: 'redoubt.dev/redis:7.0'",
                "engine: Valkey",
                "scheduling: {nodeSelector: {disk: nvme}}",
                "scheduling: {priorityClassName: data}",
                "tls: {clientCertificates: Required}",
                "resources: {limits: {cpu: 1}}"
            })
    void whatOnlyANewPodCanHaveRestarts(String change) {
        assertThat(hash(change)).isNotEqualTo(hash(""));
    }

    @Test
    void moreMemoryRestartsNothing() {
        var more = RedisFixture.redis("r", "{maxMemory: 300Mi}");
        var world = worldOf(model(""));

        assertThat(hash(RedisFixture.model(more, world))).isEqualTo(hash(model("")));
    }

    /** The server reads a renewed certificate from the mounted file. */
    @Test
    void aRenewedCertificateRestartsNothing() {
        var model = model("");
        var world = worldOf(model);
        var renewed =
                RedisFixture.model(redis(""), RedisFixture.world(world.credentials(), world.authority(), Map.of()));

        assertThat(renewed.identity().server().serial())
                .isNotEqualTo(model.identity().server().serial());
        assertThat(hash(renewed)).isEqualTo(hash(model));
    }

    @Test
    void aNewAuthorityRestartsNothing() {
        var model = model("");
        var world = worldOf(model);
        var others = RedisFixture.model(redis(""), RedisFixture.world(world.credentials(), Map.of(), Map.of()));

        assertThat(others.identity().bundle()).isNotEqualTo(model.identity().bundle());
        assertThat(RedisStatefulSet.template(others)).isEqualTo(RedisStatefulSet.template(model));
    }

    /** The running server is told; the file is what its next start reads. */
    @Test
    void anotherPasswordRestartsNothing() {
        var model = model("");
        var world = worldOf(model);
        var others = RedisFixture.passwords();
        others.replace("service", "another");
        var changed = RedisFixture.model(redis(""), RedisFixture.world(others, world.authority(), world.certificate()));

        assertThat(RedisStatefulSet.template(changed)).isEqualTo(RedisStatefulSet.template(model));
    }

    @Test
    void thePodHoldsNoSecret() {
        var model = model("");
        var template = RedisFixture.SERIALIZATION.asJson(RedisStatefulSet.template(model));

        assertThat(template).doesNotContain(RedisFixture.passwords().values());
        assertThat(template).doesNotContain("PRIVATE KEY");
    }

    @Test
    void thePodMountsNeitherPasswordsNorTheAuthoritysKey() {
        var model = model("");
        var pod = RedisFixture.SERIALIZATION.asJson(
                RedisStatefulSet.template(model).getSpec());

        assertThat(pod)
                .doesNotContain(model.names().credentialsSecret(), model.names().authoritySecret());
    }

    private static Redis redis(String change) {
        return RedisFixture.redis("r", "{" + BASE + (change.isEmpty() ? "" : ", " + change) + "}");
    }

    private static RedisModel model(String change) {
        return RedisFixture.model(redis(change), FIRST_WORLD);
    }

    private static RedisWorld worldOf(RedisModel model) {
        var identity = model.identity();
        return RedisFixture.world(
                model.passwords().stored().data(), identity.authoritySecret(), identity.serverSecret());
    }

    private static String hash(String change) {
        return hash(model(change));
    }

    private static String hash(RedisModel model) {
        return RedisStatefulSet.template(model).getMetadata().getAnnotations().get(RedisStatefulSet.TEMPLATE_HASH);
    }
}
