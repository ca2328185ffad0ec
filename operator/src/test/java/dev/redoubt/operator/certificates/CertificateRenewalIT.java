package dev.redoubt.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.certificatesources.Certificate;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Certificates on a real cluster: renewed in seconds, given, and asked for. */
@OnCluster
class CertificateRenewalIT {
    private static final Certificates LIVES = new Certificates(
            Duration.ofSeconds(200), Duration.ofSeconds(45), Duration.ofSeconds(20), Duration.ofSeconds(10));
    /** The successor of the first authority is made after 90 s, and signs 20 s after it was seen everywhere. */
    private static final Duration LOAD = Duration.ofSeconds(130);

    private static final Duration TRUTHFUL_WITHIN = Duration.ofSeconds(10);
    private static final Duration LIFE = Duration.ofDays(1);
    private static final String QUIET = "monitoring: {exporter: {enabled: false}}";

    private static final CertificateMaker MAKER = new CertificateMaker(Clock.systemUTC(), new SecureRandom());
    private static final KeyedCertificate COMPANY = MAKER.authority("company", "corp", Duration.ofDays(10));

    private static Stage stage;
    private static User user;

    @BeforeAll
    static void givenAnOperatorWhoseCertificatesLiveForSeconds() {
        stage = Stage.open("certificates");
        user = stage.user();
        stage.operator().start(LIVES);
        user.appliesSmallRedis("own", QUIET);
        user.appliesSmallRedis("given", "tls: {source: Secret, secretRef: {name: mine}}, " + QUIET);
        user.appliesSmallRedis("asked", "tls: {source: CertManager, issuerRef: {name: ca}}, " + QUIET);
        user.appliesSmallRedis("strict", "tls: {clientCertificates: Required}");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    /** A new connection all the time, with what the binding says, across certificates and an authority; and nothing restarts. */
    @Test
    void clientsThatVerifyNeverFail() {
        user.seesReady(Redis.class, "own");
        var before = stage.existing(Pod.class, "own-redis-0");
        await().atMost(Stage.PATIENCE)
                .until(() -> stage.application("own").tryOnce().isEmpty());
        var failures = new ArrayList<String>();
        var serials = new HashSet<String>();
        var authorities = new HashSet<String>();
        var connections = 0;
        for (var end = Instant.now().plus(LOAD); Instant.now().isBefore(end); connections++) {
            stage.application("own").tryOnce().ifPresent(failures::add);
            serials.add(user.redis("own").getStatus().certificate().serial());
            authorities.add(content("own-redis-ca").get("ca.crt"));
        }

        assertThat(failures).isEmpty();
        assertThat(connections).isGreaterThan(50);
        assertThat(authorities).hasSizeGreaterThanOrEqualTo(2);
        assertThat(serials).hasSizeGreaterThanOrEqualTo(3);
        var after = stage.existing(Pod.class, "own-redis-0");
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getStatus().getContainerStatuses().getFirst().getRestartCount())
                .isZero();
        assertThat(stage.events("own")).contains("CertificateRenewed", "AuthorityRenewed");
        assertThat(User.condition(user.redis("own"), "CertificateValid").getStatus())
                .isEqualTo("True");
    }

    @Test
    void aGivenCertificateIsServedOnceItIsGoodAndNeverWhenItIsNot() {
        user.seesNotReady(Redis.class, "given", Reason.CertificateMissing);
        give("mine", names("other"));
        user.sees(Redis.class, "given", "CertificateValid", "False", Reason.CertificateNamesMissing, TRUTHFUL_WITHIN);
        var good = give("mine", names("given"));
        user.seesReady(Redis.class, "given");
        user.sees(Redis.class, "given", "CertificateValid", "True", Reason.CertificateCurrent, TRUTHFUL_WITHIN);
        assertThat(user.redis("given").getStatus().certificate().serial()).isEqualTo(good.serial());

        var other = MAKER.server("given", names("given"), LIFE, COMPANY);
        put("mine", good.certificatePem(), other.keyPem());
        user.sees(Redis.class, "given", "CertificateValid", "False", Reason.CertificateMismatched, TRUTHFUL_WITHIN);
        assertThat(stage.application("given").tryOnce()).isEmpty();
        assertThat(stage.events("given")).contains("CertificateInvalid");

        put("mine", other.certificatePem(), other.keyPem());
        user.sees(Redis.class, "given", "CertificateValid", "True", Reason.CertificateCurrent, TRUTHFUL_WITHIN);
        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.notes("given"))
                .anyMatch(note -> note.startsWith("CertificateRenewed") && note.contains(other.serial())));
        assertThat(stage.application("given").tryOnce()).isEmpty();
        assertThat(stage.events("given")).doesNotContain("PodRestarting");
    }

    @Test
    void certManagerIsAskedAsSoonAsItIsThere() throws IOException {
        var definition = stage.world()
                .getKubernetesSerialization()
                .unmarshal(
                        Objects.requireNonNull(getClass().getResourceAsStream("/certmanager/definition.yaml")),
                        CustomResourceDefinition.class);
        if (stage.world().resource(definition).get() == null) {
            user.seesNotReady(Redis.class, "asked", Reason.CertManagerMissing);
            stage.world().resource(definition).create();
        }
        try {
            user.seesNotReady(Redis.class, "asked", Reason.CertificatePending);
            var order = stage.existing(Certificate.class, "asked-redis-issued").getSpec();
            assertThat(order.get("issuerRef"))
                    .isEqualTo(Map.of("name", "ca", "kind", "Issuer", "group", "cert-manager.io"));
            @SuppressWarnings("unchecked")
            var names = (List<String>) order.get("dnsNames");
            assertThat(names).contains("asked-redis." + stage.namespace() + ".svc", "localhost");

            // What an issuer does.
            give(String.valueOf(order.get("secretName")), new ServerNames(names, List.of("127.0.0.1")));

            user.seesReady(Redis.class, "asked");
            assertThat(user.redis("asked").getStatus().certificate().source()).isEqualTo("CertManager");
            assertThat(stage.application("asked").tryOnce()).isEmpty();
        } finally {
            stage.world().resource(definition).delete();
        }
    }

    @Test
    void whoHasNoCertificateIsRefusedWhereOneIsRequired() {
        user.seesReady(Redis.class, "strict");
        user.seesExporter("strict");
        await().atMost(Stage.PATIENCE)
                .until(() -> stage.application("strict").tryOnce().isEmpty());

        user.appliesRedisUser("orders", "{redisRef: {name: strict}, keys: [{pattern: 'orders:*'}]}");
        user.seesReady(RedisUser.class, "orders");
        stage.clientOf("orders").set("orders:1", "with the certificate of its binding");

        assertThat(stage.applicationWithoutCertificate("strict").tryOnce()).isPresent();
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(user.redis("strict").getStatus().hardening())
                        .anySatisfy(control -> {
                            assertThat(control.id()).isEqualTo("H3");
                            assertThat(control.observed()).contains("a client without a certificate is refused");
                        }));
    }

    private static ServerNames names(String redis) {
        var namespace = stage.namespace();
        return new ServerNames(
                List.of(
                        redis + "-redis." + namespace + ".svc",
                        redis + "-redis-0." + redis + "-redis-nodes." + namespace + ".svc"),
                List.of());
    }

    private static KeyedCertificate give(String secret, ServerNames names) {
        var pair = MAKER.server("given", names, LIFE, COMPANY);
        put(secret, pair.certificatePem(), pair.keyPem());
        return pair;
    }

    private static void put(String secret, String certificate, String key) {
        stage.world()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(secret)
                        .withNamespace(stage.namespace())
                        .addToLabels(Labels.WATCH, Labels.TRUE)
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .withData(SecretData.encode(
                                Map.of("tls.crt", certificate, "tls.key", key, "ca.crt", COMPANY.certificatePem())))
                        .build())
                .serverSideApply();
    }

    private static Map<String, String> content(String secret) {
        return SecretData.decode(stage.existing(Secret.class, secret));
    }
}
