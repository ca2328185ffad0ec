package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.exporter.ExporterObjects;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.RedisResolver.Resolution;
import dev.redoubt.operator.server.ServerTarget;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds a secret does not print it: it may be logged, and it may be part of an exception's message. */
class SecretsStaySecretTest {
    private static final RedisModel MODEL = RedisFixture.model(RedisFixture.redis("r", "{}"));

    @Test
    void nothingThatHoldsASecretPrintsIt() {
        var objects = RedisObjects.render(MODEL);
        var world = RedisFixture.worldAfter(objects, MODEL.names());
        var target = new ServerTarget(
                "host",
                InetAddress.getLoopbackAddress(),
                6379,
                "operator",
                MODEL.credentials().allOf(AclUser.OPERATOR),
                MODEL.identity().bundle(),
                Optional.of(MODEL.identity().server()));

        assertThat(Stream.of(
                                MODEL,
                                MODEL.credentials(),
                                MODEL.credentials().passwords(),
                                MODEL.credentials().of(AclUser.APP),
                                MODEL.identity(),
                                MODEL.exporter(),
                                MODEL.identity().authority(),
                                MODEL.identity().server(),
                                new Resolution.Resolved(MODEL),
                                world,
                                target)
                        .map(String::valueOf))
                .allSatisfy(printed -> assertThat(printed).doesNotContain(secrets()));
    }

    /** Only these Secrets hold plain passwords, and each only what its readers need. */
    @Test
    void aPasswordIsOnlyWhereItIsNeeded() {
        var names = MODEL.names();

        assertThat(objectsWith("password-of-operator")).containsExactly(names.credentialsSecret());
        assertThat(objectsWith("password-of-exporter")).containsExactly(names.credentialsSecret(), names.exporter());
        assertThat(objectsWith("password-of-replication")).containsExactly(names.credentialsSecret());
        assertThat(objectsWith("password-of-app")).containsExactly(names.credentialsSecret(), names.bindingSecret());
        assertThat(objectsWith("password-of-service"))
                .containsExactly(names.credentialsSecret(), names.serviceBindingSecret());
    }

    @Test
    void aPrivateKeyIsOnlyWhereItIsNeeded() {
        var names = MODEL.names();

        assertThat(objectsWith(MODEL.identity().authority().current().keyPem()))
                .containsExactly(names.authoritySecret());
        assertThat(objectsWith(MODEL.identity().server().keyPem())).containsExactly(names.tlsSecret());
    }

    /** Control H5 looks for the passwords of RedisUsers as well, the one that is being replaced too. */
    @Test
    void aPasswordOfARedisUserIsFoundWhereItMustNotBe() {
        var passwords = List.of(new Password("password-of-orders"), new Password("next-password-of-orders"));
        var user = ServerUser.withPasswords(
                "orders", passwords.stream().map(Password::sha256).toList(), "~orders:* +get");
        var model = MODEL.withSpecifiedUsers(List.of(new SpecifiedUser(user, passwords)));
        var template = RedisStatefulSet.template(model);
        var pod = new PodBuilder()
                .withMetadata(new ObjectMetaBuilder(template.getMetadata())
                        .withName(model.names().pod(0))
                        .build())
                .withSpec(template.getSpec())
                .build();

        assertThat(secretsContained(model, pod)).isEqualTo(ControlState.ENFORCED);
        for (var password : passwords) {
            assertThat(secretsContained(model, withInEnvironment(pod, password)))
                    .isEqualTo(ControlState.FAILED);
        }
        assertThat(String.valueOf(model)).doesNotContain("password-of-orders");
    }

    private static ControlState secretsContained(RedisModel model, Pod pod) {
        return RedisHardening.findingsOfSilent(model, pod, RedisFixture.newWorld()).stream()
                .filter(finding -> finding.control() == Control.SECRETS_CONTAINED)
                .map(Finding::state)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static Pod withInEnvironment(Pod pod, Password password) {
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("PASSWORD")
                .withValue(password.plain())
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
    }

    private static List<String> secrets() {
        var secrets = new ArrayList<>(RedisFixture.passwords().values());
        for (var keyed :
                List.of(MODEL.identity().authority().current(), MODEL.identity().server())) {
            secrets.add(keyed.keyPem().lines().skip(1).findFirst().orElseThrow());
        }
        return secrets;
    }

    /** The names of the objects that hold {@code secret}, in a Secret's data or anywhere else. */
    private static List<String> objectsWith(String secret) {
        return Stream.concat(
                        RedisObjects.render(MODEL).stream(),
                        ExporterObjects.render(MODEL.exporter().orElseThrow()).stream())
                .filter(object -> RedisFixture.SERIALIZATION.asJson(object).contains(secret)
                        || (object instanceof Secret found
                                && SecretData.decode(found).values().stream().anyMatch(text -> text.contains(secret))))
                .map(object -> object.getMetadata().getName())
                .toList();
    }
}
