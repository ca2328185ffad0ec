package dev.redoubt.operator.certificatesources;

import dev.redoubt.api.v1alpha1.CertificateSource;
import dev.redoubt.api.v1alpha1.CertificateStatus;
import dev.redoubt.api.v1alpha1.IssuerRef;
import dev.redoubt.api.v1alpha1.SecretRef;
import dev.redoubt.operator.apply.Applied;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.AskedEachTime;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.Known;
import dev.redoubt.operator.certificates.ServerNames;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.status.ApiErrors;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the certificate that a specification wants from somebody else, and has cert-manager issue it where that is wanted. */
public final class CertificateSources {
    /** No watch stands on cert-manager's kind: so soon what it says of a certificate is looked at again. */
    public static final Duration RECHECK = Duration.ofSeconds(5);

    private static final String SECRET = CertificateSource.SECRET.value();
    private static final String CERT_MANAGER = CertificateSource.CERT_MANAGER.value();

    /** That the operator may not, that the kind has gone, that the content is not taken: what no further try mends. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, 422);

    private final Applier applier;
    private final Known asked;
    private final CertManagerApi api;

    public CertificateSources(Cluster cluster, CertManagerApi api) {
        this.applier = new Applier(cluster);
        this.asked = new AskedEachTime(cluster.client());
        this.api = api;
    }

    /**
     * What a specification says.
     *
     * @param source null for a word that nobody knows, which is refused later on
     * @param issued name of the Certificate that is made for it, and of its Secret
     */
    public record Specified(
            @Nullable CertificateSource source,
            @Nullable SecretRef secretRef,
            @Nullable IssuerRef issuerRef,
            String issued,
            ServerNames names) {}

    /**
     * The Secret in which a specification finds its certificate; empty if the operator makes that one.
     *
     * @param issued where cert-manager puts it
     */
    public static Optional<String> secret(
            @Nullable CertificateSource source, @Nullable SecretRef secretRef, String issued) {
        return source == CertificateSource.CERT_MANAGER
                ? Optional.of(issued)
                : Optional.ofNullable(secretRef).map(SecretRef::name);
    }

    /**
     * The certificate that is wanted, and what is there of it.
     *
     * @param secrets those that the operator may read, by name
     * @param before the certificate that was served last, null if there was none: what cert-manager was asked for is taken back when it is not
     *     wanted any more
     */
    public Wish find(
            Owner owner,
            Specified specified,
            Function<String, Optional<Secret>> secrets,
            @Nullable CertificateStatus before,
            Context<?> context) {
        var source = specified.source();
        if (source == null) {
            return new Wish.Own();
        }
        if (source != CertificateSource.CERT_MANAGER
                && before != null
                && CERT_MANAGER.equals(before.source())
                && api.isServed()) {
            applier.prune(owner, List.of(), List.of(Certificate.class), asked);
        }
        return switch (source) {
            case OPERATOR -> new Wish.Own();
            case SECRET -> given(owner, specified, secrets);
            case CERT_MANAGER -> ordered(owner, specified, secrets, context);
        };
    }

    private static Wish given(Owner owner, Specified specified, Function<String, Optional<Secret>> secrets) {
        var name = specified.secretRef() == null ? "" : specified.secretRef().name();
        return secrets.apply(name)
                .<Wish>map(secret -> new Wish.Given(SECRET, "Secret " + name, SecretData.decode(secret)))
                .orElseGet(() -> new Wish.Missing(
                        SECRET,
                        Verdict.notReady(
                                Reason.CertificateMissing,
                                ("Secret %1$s, which spec.tls.secretRef names, does not exist in namespace %2$s, or lacks the label"
                                                + " that lets the operator read it. Create it, or: kubectl -n %2$s label secret %1$s"
                                                + " redoubt.dev/watch=true")
                                        .formatted(name, owner.namespace()))));
    }

    private Wish ordered(
            Owner owner, Specified specified, Function<String, Optional<Secret>> secrets, Context<?> context) {
        var issuer = specified.issuerRef();
        if (!api.isServed() || issuer == null) {
            return missing(
                    Reason.CertManagerMissing,
                    "spec.tls.source is CertManager, and the cluster does not know the kind Certificate of cert-manager.io/v1. Install cert-manager, which is noticed within %d s, or choose another source."
                            .formatted(api.interval().toSeconds()));
        }
        try {
            var order = new CertificateOrder(specified.issued(), specified.names(), issuer).render(owner);
            if (applier.apply(owner, List.of(order), asked, context) instanceof Applied.Blocked(var verdict)) {
                return new Wish.Missing(CERT_MANAGER, verdict);
            }
        } catch (KubernetesClientException e) {
            if (!REFUSALS.contains(e.getCode())) {
                throw e;
            }
            return missing(
                    Reason.CertManagerMissing,
                    "The Certificate %s could not be written: %s"
                            .formatted(specified.issued(), ApiErrors.explanation(e)));
        }
        return secrets.apply(specified.issued())
                .filter(secret -> secret.getData() != null)
                .<Wish>map(secret -> new Wish.Given(
                        CERT_MANAGER, "Secret " + specified.issued() + " of cert-manager", SecretData.decode(secret)))
                .orElseGet(() -> missing(
                        Reason.CertificatePending,
                        "cert-manager has not issued Certificate %s yet%s. What it waits for: kubectl -n %s describe certificate %s"
                                .formatted(
                                        specified.issued(),
                                        said(owner, specified),
                                        owner.namespace(),
                                        specified.issued())));
    }

    /** The words of cert-manager's own condition. */
    private String said(Owner owner, Specified specified) {
        return asked.find(Certificate.class, owner.namespace(), specified.issued())
                .map(Certificate::getStatus)
                .map(status -> status.get("conditions"))
                .filter(List.class::isInstance)
                .flatMap(conditions -> ((List<?>) conditions)
                        .stream()
                                .filter(Map.class::isInstance)
                                .map(condition -> (Map<?, ?>) condition)
                                .filter(condition -> "Ready".equals(condition.get("type")))
                                .map(condition -> ": " + condition.get("message"))
                                .findFirst())
                .orElse("");
    }

    private static Wish missing(Reason reason, String message) {
        return new Wish.Missing(CERT_MANAGER, Verdict.notReady(reason, message));
    }
}
