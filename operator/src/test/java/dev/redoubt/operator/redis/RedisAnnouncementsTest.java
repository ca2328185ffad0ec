package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of objects that had to be written depends on who is the cause. */
class RedisAnnouncementsTest {
    private static final Redis REDIS = RedisFixture.redis("r", "{maxMemory: 64Mi}");
    private static final RedisModel MODEL = RedisFixture.model(REDIS);
    private static final List<HasMetadata> OBJECTS = RedisObjects.render(MODEL);
    private static final RedisWorld BEFORE = RedisFixture.newWorld();
    private static final RedisWorld AFTER = after();

    private FakeApi api;
    private RedisServers servers;
    private Auditor auditor;
    private RedisAnnouncements announcements;

    @BeforeEach
    void start() {
        api = new FakeApi();
        servers = new RedisServers(OperatorSettings.DEFAULTS.ping(), new SimpleMeterRegistry());
        auditor = new Auditor(
                servers, OperatorSettings.DEFAULTS.hardening(), Clock.systemUTC(), new SimpleMeterRegistry());
        var events = api.cluster().events();
        announcements = new RedisAnnouncements(events, auditor, new RedisHardening(auditor, servers, events));
    }

    @AfterEach
    void stop() {
        auditor.close();
        servers.close();
        api.close();
    }

    @Test
    void theFirstObjectsAreCreatedAndAreNobodysDrift() {
        announcements.ofObjects(REDIS, MODEL, OBJECTS, BEFORE, List.of("Service r-redis created"));

        assertThat(api.events()).singleElement().asString().contains("Created", "Service r-redis created.");
    }

    @Test
    void whatIsWrittenWithoutAReasonOfOursWasSomebodyElse() {
        announcements.ofObjects(REDIS, MODEL, OBJECTS, AFTER, List.of());
        announcements.ofObjects(REDIS, MODEL, OBJECTS, AFTER, List.of("NetworkPolicy r-redis changed"));

        assertThat(api.events())
                .singleElement()
                .asString()
                .contains("DriftRepaired", "H4 NetworkIsolated: NetworkPolicy r-redis changed, because somebody else");
    }

    @Test
    void whatIsWrittenForAnotherSpecificationIsAChange() {
        var larger = RedisFixture.model(RedisFixture.redis("r", "{maxMemory: 128Mi}"), AFTER);
        announcements.ofObjects(REDIS, MODEL, OBJECTS, AFTER, List.of());
        announcements.ofObjects(
                REDIS, larger, RedisObjects.render(larger), AFTER, List.of("ConfigMap r-redis-config changed"));

        assertThat(api.events())
                .singleElement()
                .asString()
                .contains("ObjectsChanged", "ConfigMap r-redis-config changed.");
    }

    @Test
    void anUnchangedRedisIsNoNews() {
        announcements.ofObjects(REDIS, MODEL, OBJECTS, AFTER, List.of());
        announcements.ofObjects(REDIS, MODEL, OBJECTS, AFTER, List.of());

        assertThat(api.events()).isEmpty();
    }

    private static RedisWorld after() {
        var found = RedisFixture.worldAfter(OBJECTS, RedisFixture.names(REDIS));
        return new RedisWorld(
                found.credentials(),
                found.authority(),
                found.certificate(),
                found.published(),
                found.handedOut(),
                Optional.empty(),
                Optional.of(RedisFixture.statefulSet(OBJECTS)),
                Optional.empty(),
                Optional.empty());
    }
}
