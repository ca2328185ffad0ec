package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of a Redis's volume. */
@OnCluster
class StorageIT {
    private static Stage stage;
    private static User user;

    @BeforeAll
    static void givenTheOperatorAndSomeRedises() {
        stage = Stage.open("storage");
        user = stage.user();
        stage.operator().start();
        user.appliesSmallRedis("kept", "persistence: {storage: {retention: Retain}}");
        user.appliesSmallRedis("gone", "persistence: {storage: {retention: Delete}}");
        user.appliesSmallRedis("grown", "persistence: {storage: {size: 128Mi}}");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void dataThatIsRetainedIsThereForTheNextRedisOfTheName() {
        user.seesReady(Redis.class, "kept");
        stage.application("kept").set("kept", "yes");
        var claim = stage.existing(PersistentVolumeClaim.class, "data-kept-redis-0");
        var password = password("kept");

        user.deletesRedis("kept");
        await().atMost(Stage.PATIENCE)
                .until(() -> stage.object(Redis.class, "kept").get() == null
                        && stage.object(Pod.class, "kept-redis-0").get() == null);
        user.appliesSmallRedis("kept", "");

        user.seesReady(Redis.class, "kept");
        assertThat(stage.existing(PersistentVolumeClaim.class, "data-kept-redis-0")
                        .getMetadata()
                        .getUid())
                .isEqualTo(claim.getMetadata().getUid());
        assertThat(stage.application("kept").get("kept")).isEqualTo("yes");
        // Who knew the first one's password knows nothing of the second.
        assertThat(password("kept")).isNotEqualTo(password);
        assertThatThrownBy(() -> stage.application("kept").run("AUTH", "app", password))
                .isInstanceOf(RedisCommandExecutionException.class)
                .hasMessageStartingWith("WRONGPASS");
        stage.application("kept").run("AUTH", "app", password("kept"));
    }

    private static String password(String redis) {
        return SecretData.decode(stage.existing(Secret.class, redis + "-binding"))
                .get("REDIS_PASSWORD");
    }

    /** Everything of the first is still being deleted when the second is made. */
    @Test
    void aRedisThatIsMadeAgainAtOnceComesUp() {
        user.appliesSmallRedis("again", "");
        user.seesReady(Redis.class, "again");
        stage.application("again").set("kept", "yes");
        var first = user.redis("again").getMetadata().getUid();

        user.deletesRedis("again");
        user.appliesSmallRedis("again", "");

        assertThat(user.redis("again").getMetadata().getUid()).isNotEqualTo(first);
        user.seesReady(Redis.class, "again");
        await().atMost(Stage.PATIENCE)
                .untilAsserted(
                        () -> assertThat(stage.application("again").get("kept")).isEqualTo("yes"));
        user.seesReady(Redis.class, "again");
    }

    @Test
    void dataThatIsNotRetainedGoesWithTheRedis() {
        user.seesReady(Redis.class, "gone");
        assertThat(stage.existing(PersistentVolumeClaim.class, "data-gone-redis-0"))
                .isNotNull();

        user.deletesRedis("gone");

        await().atMost(Stage.PATIENCE)
                .until(() -> stage.object(StatefulSet.class, "gone-redis").get() == null
                        && stage.object(PersistentVolumeClaim.class, "data-gone-redis-0")
                                        .get()
                                == null);
    }

    @Test
    void retentionCanBeChangedUntilTheRedisIsDeleted() {
        user.seesReady(Redis.class, "grown");

        user.appliesSmallRedis("grown", "persistence: {storage: {size: 256Mi, retention: Delete}}");

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.existing(StatefulSet.class, "grown-redis")
                        .getSpec()
                        .getPersistentVolumeClaimRetentionPolicy()
                        .getWhenDeleted())
                .isEqualTo("Delete"));
        user.seesReady(Redis.class, "grown");
        // Kubernetes carries it over to the claim, which was made under the other rule.
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(stage.existing(PersistentVolumeClaim.class, "data-grown-redis-0")
                                .getMetadata()
                                .getOwnerReferences())
                        .isNotEmpty());

        user.deletesRedis("grown");

        await().atMost(Stage.PATIENCE)
                .until(() -> stage.object(PersistentVolumeClaim.class, "data-grown-redis-0")
                                .get()
                        == null);
    }

    @Test
    void aVolumeGrowsUnderTheRunningServer() {
        user.appliesSmallRedis("growing", "persistence: {storage: {size: 128Mi}}");
        user.seesReady(Redis.class, "growing");
        stage.application("growing").set("kept", "yes");
        var pod = stage.existing(Pod.class, "growing-redis-0");

        user.appliesSmallRedis("growing", "persistence: {storage: {size: 256Mi}}");

        await().atMost(Stage.PATIENCE).untilAsserted(() -> {
            var claim = stage.existing(PersistentVolumeClaim.class, "data-growing-redis-0");
            assertThat(claim.getStatus().getCapacity()).containsEntry("storage", new Quantity("256Mi"));
            assertThat(RedisResolver.templateSize(stage.existing(StatefulSet.class, "growing-redis")))
                    .isEqualTo(new Quantity("256Mi"));
        });
        user.seesReady(Redis.class, "growing");
        assertThat(stage.existing(Pod.class, "growing-redis-0").getMetadata().getUid())
                .isEqualTo(pod.getMetadata().getUid());
        assertThat(stage.application("growing").get("kept")).isEqualTo("yes");
        assertThat(stage.events("growing")).contains(EventReason.StorageGrowing.name());
    }

    @Test
    void aVolumeThatCannotGrowIsToldOnceAndTheServerGoesOn() {
        var firm = classThatDoesNotGrow();
        var storage = "persistence: {storage: {size: %s, storageClassName: " + firm + ", retention: Delete}}";
        try {
            user.appliesSmallRedis("firm", storage.formatted("128Mi"));
            user.seesReady(Redis.class, "firm");

            user.appliesSmallRedis("firm", "maxMemoryPolicy: noeviction, " + storage.formatted("256Mi"));

            user.sees(Redis.class, "firm", "Stalled", "True", Reason.StorageNotExpandable, Stage.PATIENCE);
            user.sees(Redis.class, "firm", "Ready", "True", Reason.StorageNotExpandable, Stage.PATIENCE);
            user.sees(Redis.class, "firm", "StorageReady", "False", Reason.StorageNotExpandable, Stage.PATIENCE);
            assertThat(stage.operatorLogin("firm").parameter("maxmemory-policy"))
                    .isEqualTo("noeviction");
            aPassMendsTheServiceOf("firm");
            aPassMendsTheServiceOf("firm");
            assertThat(stage.operator().writes().stream().filter(write -> write.endsWith("/data-firm-redis-0")))
                    .as("attempts to grow the claim")
                    .hasSize(1);
            assertThat(stage.events("firm")).containsOnlyOnce(EventReason.StorageNotExpandable.name());
        } finally {
            stage.world().storage().v1().storageClasses().withName(firm).delete();
        }
    }

    /** The cluster's own way to make volumes, under a name of its own, without the permission to grow them. */
    private static String classThatDoesNotGrow() {
        var classes = stage.world().storage().v1().storageClasses();
        var own = classes.list().getItems().stream()
                .filter(found -> found.getMetadata().getAnnotations() != null
                        && "true"
                                .equals(found.getMetadata()
                                        .getAnnotations()
                                        .get("storageclass.kubernetes.io/is-default-class")))
                .findFirst();
        assumeThat(own).as("the cluster's default storage class").isPresent();
        var name = stage.namespace() + "-firm";
        classes.resource(new StorageClassBuilder(own.get())
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withAllowVolumeExpansion(false)
                        .build())
                .create();
        return name;
    }

    /** That the Service is back shows that a whole pass has run. */
    private static void aPassMendsTheServiceOf(String redis) {
        var gone = stage.existing(Service.class, redis + "-redis").getMetadata().getUid();
        stage.object(Service.class, redis + "-redis").delete();
        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.existing(Service.class, redis + "-redis")
                        .getMetadata()
                        .getUid())
                .isNotEqualTo(gone));
    }
}
