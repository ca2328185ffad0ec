package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.certificates.CertificateReport;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.Objects;
import java.util.Optional;

/**
 * What a pass found.
 *
 * @param model what was carried out; empty where something that it refers to is missing
 * @param deployment empty if it was not looked at
 * @param certificate that is served; if nothing new is known, what was said last holds
 * @param configuration whether the replicas have taken it over; likewise
 */
record CacheServiceOutcome(
        Verdict verdict,
        Optional<CacheServiceModel> model,
        Optional<DeploymentStatus> deployment,
        Optional<CertificateReport> certificate,
        Optional<Concern> configuration) {

    /** Nothing was carried out. */
    static CacheServiceOutcome of(Verdict verdict) {
        return new CacheServiceOutcome(verdict, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Nothing runs, because there is no certificate. */
    static CacheServiceOutcome uncertified(Verdict verdict) {
        return new CacheServiceOutcome(
                verdict,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new CertificateReport(verdict, Optional.empty())),
                Optional.empty());
    }

    /** {@code model} was carried out. */
    static CacheServiceOutcome of(CacheServiceModel model, Verdict verdict, Optional<DeploymentStatus> deployment) {
        return new CacheServiceOutcome(
                verdict,
                Optional.of(model),
                deployment,
                Optional.of(CertificateReport.of(model.identity())),
                Optional.empty());
    }

    CacheServiceOutcome withDeployment(DeploymentStatus status) {
        return new CacheServiceOutcome(verdict, model, Optional.of(status), certificate, configuration);
    }

    CacheServiceOutcome withConfiguration(Optional<Concern> concern) {
        return new CacheServiceOutcome(verdict, model, deployment, certificate, concern);
    }

    /** Empty if the Deployment was not looked at; one that has no number has none. */
    Optional<Integer> replicas() {
        return deployment.map(status -> Objects.requireNonNullElse(status.getReplicas(), 0));
    }

    Optional<Integer> readyReplicas() {
        return deployment.map(status -> Objects.requireNonNullElse(status.getReadyReplicas(), 0));
    }
}
