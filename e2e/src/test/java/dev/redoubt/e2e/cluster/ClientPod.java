package dev.redoubt.e2e.cluster;

import dev.redoubt.e2e.process.Outcome;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretVolumeSourceBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A running pod that plays an application, with redis-py, redis-cli, curl and openssl; scripts are run inside it. */
public final class ClientPod {

    /** Has a shell, Python with redis-py, redis-cli, curl and openssl. */
    public static final String IMAGE = "redoubt.dev/client:1";

    /** Where {@link Plan#mounting} puts the files of the Secret. */
    public static final String MOUNT = "/binding";

    /** How long the way to a Service that has a ready pod may take to open, on a loaded machine. */
    private static final int ROUTE_SECONDS = 30;

    private final Stage stage;
    private final String name;

    private ClientPod(Stage stage, String name) {
        this.stage = stage;
        this.name = name;
    }

    /** A pod without any label, Secret or variable; the plan says what it is given. */
    public static Plan named(String name) {
        return new Plan(name, Map.of(), List.of(), List.of(), List.of());
    }

    /**
     * What the pod is given.
     *
     * @param name of the pod
     * @param labels of the pod
     * @param variables with plain values
     * @param environments Secrets whose keys are variables
     * @param mounts the Secret under {@link ClientPod#MOUNT}, or none
     */
    public record Plan(
            String name,
            Map<String, String> labels,
            List<EnvVar> variables,
            List<String> environments,
            List<String> mounts) {

        /** With one more label. */
        public Plan labelled(String key, String value) {
            Map<String, String> more = new TreeMap<>(labels);
            more.put(key, value);
            return new Plan(name, Map.copyOf(more), variables, environments, mounts);
        }

        /** The label that admits a client to the Redis of this name. */
        public Plan clientOfRedis(String redis) {
            return labelled("redoubt.dev/redis-client", redis);
        }

        /** The label that admits a client to the CacheService of this name. */
        public Plan clientOfCache(String cacheService) {
            return labelled("redoubt.dev/cache-client", cacheService);
        }

        /** With the files of one Secret under {@link ClientPod#MOUNT}. */
        public Plan mounting(String secret) {
            return new Plan(name, labels, variables, environments, List.of(secret));
        }

        /** With one more variable. */
        public Plan with(String variable, String value) {
            List<EnvVar> more = new ArrayList<>(variables);
            more.add(new EnvVarBuilder().withName(variable).withValue(value).build());
            return new Plan(name, labels, List.copyOf(more), environments, mounts);
        }

        /** With the keys of one Secret as variables: {@code envFrom}. */
        public Plan withVariablesOf(String secret) {
            return new Plan(name, labels, variables, List.of(secret), mounts);
        }

        /** Starts the pod and waits until it runs. */
        public ClientPod startedOn(Stage stage) {
            stage.client().resource(pod(stage.namespace())).create();
            stage.client()
                    .pods()
                    .inNamespace(stage.namespace())
                    .withName(name)
                    .waitUntilReady(Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return new ClientPod(stage, name);
        }

        private Pod pod(String namespace) {
            return new PodBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(namespace)
                    .withLabels(labels)
                    .endMetadata()
                    .withNewSpec()
                    .withAutomountServiceAccountToken(false)
                    .withTerminationGracePeriodSeconds(1L)
                    .withNewSecurityContext()
                    .withRunAsNonRoot(true)
                    .withRunAsUser(10001L)
                    .withNewSeccompProfile()
                    .withType("RuntimeDefault")
                    .endSeccompProfile()
                    .endSecurityContext()
                    .withVolumes(mounts.stream().map(Plan::volume).toList())
                    .addNewContainer()
                    .withName("client")
                    .withImage(IMAGE)
                    .withImagePullPolicy("IfNotPresent")
                    .withCommand("sleep", "infinity")
                    .withEnv(variables)
                    .withEnvFrom(environments.stream().map(Plan::variables).toList())
                    .withVolumeMounts(mounts.stream().map(Plan::mount).toList())
                    .withNewSecurityContext()
                    .withAllowPrivilegeEscalation(false)
                    .withNewCapabilities()
                    .withDrop("ALL")
                    .endCapabilities()
                    .endSecurityContext()
                    .endContainer()
                    .endSpec()
                    .build();
        }

        private static EnvFromSource variables(String secret) {
            return new EnvFromSourceBuilder().withNewSecretRef(secret, false).build();
        }

        private static Volume volume(String secret) {
            return new VolumeBuilder()
                    .withName("binding")
                    .withSecret(new SecretVolumeSourceBuilder()
                            .withSecretName(secret)
                            .build())
                    .build();
        }

        private static VolumeMount mount(String secret) {
            return new VolumeMountBuilder()
                    .withName("binding")
                    .withMountPath(MOUNT)
                    .withReadOnly(true)
                    .build();
        }
    }

    /**
     * This pod, once a connection from it to the Service comes about. The node's table of Services follows Ready with a
     * delay, which an application bridges by trying again.
     */
    public ClientPod reaching(String service, int port) {
        python("""
                import socket, time
                end = time.monotonic() + %d
                while True:
                    try:
                        socket.create_connection(("%s", %d), timeout=2).close()
                        break
                    except OSError as e:
                        if time.monotonic() > end:
                            raise
                        time.sleep(0.2)
                """.formatted(ROUTE_SECONDS, service, port)).succeeded();
        return this;
    }

    /** Runs a shell script in the pod; the script comes over standard input, so nothing of it is an argument. */
    public Outcome sh(String script) {
        return stage.kubectl().runWithInput(script, "exec", "-i", name, "--", "sh", "-s");
    }

    /** Runs a Python program in the pod. */
    public Outcome python(String program) {
        return stage.kubectl().runWithInput(program, "exec", "-i", name, "--", "python3", "-");
    }

    public String name() {
        return name;
    }

    public Stage stage() {
        return stage;
    }
}
