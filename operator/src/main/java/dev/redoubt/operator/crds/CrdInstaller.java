package dev.redoubt.operator.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Applies the definitions that are on the class path. It needs no more than get, create and patch on them by name, so it asks
 * again and again instead of watching.
 */
public final class CrdInstaller {
    /**
     * Owns every field of the definitions. Helm applies a chart's {@code crds/} under its own name at the first install, and
     * refuses to where another manager owns a field that differs: so both are one.
     */
    public static final String FIELD_MANAGER = "helm";

    private static final List<String> FILES = List.of(
            "/META-INF/fabric8/redises.redoubt.dev-v1.yml",
            "/META-INF/fabric8/cacheservices.redoubt.dev-v1.yml",
            "/META-INF/fabric8/redisusers.redoubt.dev-v1.yml");
    private static final Duration POLL = Duration.ofMillis(250);

    private final KubernetesClient client;

    public CrdInstaller(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Applies all definitions and returns once the API server serves them.
     *
     * @return their names
     * @throws IllegalStateException if one is not served within {@code patience}
     */
    public List<String> install(Duration patience) {
        var names = FILES.stream().map(this::apply).toList();
        try (var timer = Executors.newSingleThreadScheduledExecutor()) {
            for (var name : names) {
                var served = new CompletableFuture<Void>();
                var _ = timer.scheduleWithFixedDelay(
                        () -> check(name, served), 0, POLL.toMillis(), TimeUnit.MILLISECONDS);
                served.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionally(e -> {
                            throw new IllegalStateException(
                                    "The API server does not serve " + name + " after " + patience.toSeconds()
                                            + " s. See: kubectl describe crd " + name,
                                    e);
                        })
                        .join();
            }
            timer.shutdownNow();
        }
        return names;
    }

    private String apply(String file) {
        try (var yaml = open(file)) {
            var definition = client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
            client.resource(definition)
                    .fieldManager(FIELD_MANAGER)
                    .forceConflicts()
                    .serverSideApply();
            return definition.getMetadata().getName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String file) {
        var stream = CrdInstaller.class.getResourceAsStream(file);
        if (stream == null) {
            throw new IllegalStateException("The program was built without " + file);
        }
        return stream;
    }

    private void check(String name, CompletableFuture<Void> served) {
        try {
            if (!served.isDone() && isEstablished(name)) {
                served.complete(null);
            }
        } catch (RuntimeException e) {
            served.completeExceptionally(e);
        }
    }

    private boolean isEstablished(String name) {
        var definition = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name)
                .get();
        // A definition that was made a moment ago has a status whose conditions are null.
        return Optional.ofNullable(definition)
                .map(CustomResourceDefinition::getStatus)
                .map(CustomResourceDefinitionStatus::getConditions)
                .orElse(List.of())
                .stream()
                .anyMatch(c -> "Established".equals(c.getType()) && "True".equals(c.getStatus()));
    }
}
