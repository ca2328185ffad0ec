package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.apply.ReferentWatch;
import dev.redoubt.operator.certificatesources.CertificateSources;
import dev.redoubt.operator.owned.Labels;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Optional;
import java.util.stream.Stream;

/** The Secrets that people have made for a Redis. Only those that carry the label are watched; a change wakes who refers to it. */
final class Referents {
    private final InformerEventSource<Secret, Redis> secrets;
    private final KubernetesClient client;

    Referents(EventSourceContext<Redis> context, KubernetesClient client) {
        this.client = client;
        this.secrets = ReferentWatch.of(
                context, "given-secrets", Secret.class, Labels.WATCH + "=" + Labels.TRUE, (redis, name) -> names(redis)
                        .anyMatch(name::equals));
    }

    /** Every Secret that {@code redis} names. */
    private static Stream<String> names(Redis redis) {
        var password =
                Optional.ofNullable(redis.getSpec().auth().passwordSecretRef()).map(reference -> reference.name());
        var tls = redis.getSpec().tls();
        var certificate = CertificateSources.secret(
                tls.source(),
                tls.secretRef(),
                RedisNames.issuedSecret(redis.getMetadata().getName()));
        return Stream.concat(password.stream(), certificate.stream());
    }

    EventSource<?, Redis> eventSource() {
        return secrets;
    }

    /** The Secret of this name. */
    GivenSecret secret(String namespace, String name) {
        return GivenSecret.of(
                labelled(namespace, name),
                () -> client.secrets().inNamespace(namespace).withName(name).get() != null);
    }

    /** The Secret of this name, if it carries the label that lets the operator read it. */
    Optional<Secret> labelled(String namespace, String name) {
        return secrets.get(new ResourceID(name, namespace));
    }
}
