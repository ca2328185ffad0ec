package dev.redoubt.operator.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.ControlState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a pod, one thing at a time. */
class PodControlsTest {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final String RESTRICTED = """
            metadata: {name: cache-redis-0}
            spec:
              automountServiceAccountToken: false
              securityContext: {runAsNonRoot: true, runAsUser: 999, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: redis
                image: redis:8.0
                resources: {limits: {memory: 474Mi}}
                securityContext:
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities: {drop: [ALL]}
              volumes:
              - {name: config, configMap: {name: cache-redis-config}}
              - {name: data, persistentVolumeClaim: {claimName: data-cache-redis-0}}
            """;

    @Test
    void aPodAsItIsRenderedIsRestricted() {
        assertThat(restricted(RESTRICTED).state()).isEqualTo(ControlState.ENFORCED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "automountServiceAccountToken: false | hostNetwork: true         | the pod is in its node's network",
                "automountServiceAccountToken: false | hostPID: true             | the pod sees its node's processes",
                "automountServiceAccountToken: false | hostIPC: true             | the pod shares its node's IPC",
                "automountServiceAccountToken: false | automountServiceAccountToken: true | service-account token",
                "allowPrivilegeEscalation: false     | allowPrivilegeEscalation: true | container redis may gain privileges",
                "allowPrivilegeEscalation: false     | privileged: true          | container redis is privileged",
                "readOnlyRootFilesystem: true        | readOnlyRootFilesystem: false | container redis may write to its root",
                "`drop: [ALL]`                       | `drop: [ALL], add: [NET_ADMIN]` | container redis has capabilities",
                "`drop: [ALL]`                       | `drop: [CHOWN]`           | container redis has capabilities",
                "runAsNonRoot: true                  | runAsNonRoot: false       | container redis may run as root",
                "runAsUser: 999                      | runAsUser: 0              | container redis may run as root",
                "type: RuntimeDefault                | type: Unconfined          | container redis has no seccomp profile",
                "`configMap: {name: cache-redis-config}` | `hostPath: {path: /}` | volume config is none that a Redis needs",
            })
    void eachWeakeningIsSeen(String strong, String weak, String complaint) {
        assertThat(RESTRICTED).contains(strong);

        var finding = restricted(RESTRICTED.replaceFirst(Pattern.quote(strong), weak));

        assertThat(finding.state()).isEqualTo(ControlState.FAILED);
        assertThat(finding.observed()).contains(complaint);
    }

    /** As {@code kubectl debug} adds one. */
    @ParameterizedTest
    @CsvSource({"ephemeralContainers", "initContainers"})
    void anAddedContainerIsSeen(String kind) {
        var finding = restricted(RESTRICTED + "  " + kind + ": [{name: debugger, image: busybox}]\n");

        assertThat(finding.state()).isEqualTo(ControlState.FAILED);
        assertThat(finding.observed())
                .contains("there is a container debugger", "container debugger may gain privileges")
                .doesNotContain("container redis");
    }

    @Test
    void theMemoryLimitIsTheOneThatIsWantedAndHasRoomForAFork() {
        var derived = new Quantity("474Mi");

        assertThat(PodControls.memoryLimit(pod(RESTRICTED), limit("474Mi"), derived))
                .isEmpty();
        assertThat(PodControls.memoryLimit(pod(RESTRICTED), limit("600Mi"), derived))
                .hasValueSatisfying(finding -> {
                    assertThat(finding.state()).isEqualTo(ControlState.FAILED);
                    assertThat(finding.observed()).isEqualTo("The container's memory limit is 474Mi instead of 600Mi.");
                });
        assertThat(PodControls.memoryLimit(pod(RESTRICTED.replace("474Mi", "300Mi")), limit("300Mi"), derived))
                .hasValueSatisfying(finding -> assertThat(finding.state()).isEqualTo(ControlState.WAIVED));
    }

    @Test
    void theImageIsTheOneThatIsWanted() {
        assertThat(PodControls.image(pod(RESTRICTED), "redis:8.0")).isEmpty();
        assertThat(PodControls.image(pod(RESTRICTED), "redis:7.0"))
                .hasValueSatisfying(
                        finding -> assertThat(finding.observed()).contains("redis:8.0 instead of redis:7.0"));
    }

    @Test
    void aSecretInAnyTextIsSeenAndNotTold() {
        var secrets = Map.of("the password of app", "p4ssw0rd", "the server's private key", "MIGH");

        assertThat(PodControls.secretsContained(Map.of("Pod p", "nothing here"), secrets)
                        .state())
                .isEqualTo(ControlState.ENFORCED);
        var finding = PodControls.secretsContained(
                Map.of("Pod p", "args: [--pass, p4ssw0rd]", "an Event", "failed: p4ssw0rd"), secrets);
        assertThat(finding.state()).isEqualTo(ControlState.FAILED);
        assertThat(finding.observed())
                .isEqualTo("the password of app is readable in Pod p; the password of app is readable in an Event.");
    }

    private static Finding restricted(String yaml) {
        return PodControls.restrictedPod(pod(yaml), "redis");
    }

    private static Pod pod(String yaml) {
        return SERIALIZATION.unmarshal("apiVersion: v1\nkind: Pod\n" + yaml, Pod.class);
    }

    private static ResourceRequirements limit(String memory) {
        return new ResourceRequirementsBuilder()
                .addToLimits("memory", new Quantity(memory))
                .build();
    }
}
