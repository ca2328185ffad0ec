package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.CacheServiceStatus;
import dev.redoubt.api.v1alpha1.ClientBinding;
import dev.redoubt.operator.certificates.CertificateReport;
import dev.redoubt.operator.issuer.IssuerWatch;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The status of a CacheService from what a pass found. Holds nothing that changes by itself. */
final class CacheServiceStatuses {
    private CacheServiceStatuses() {}

    static CacheServiceStatus of(
            CacheService service, CacheServiceOutcome outcome, IssuerWatch.State issuer, Instant now) {
        var previous = Optional.ofNullable(service.getStatus());
        var generation = Pause.generation(
                service, previous.map(CacheServiceStatus::observedGeneration).orElse(null));
        var before = previous.map(CacheServiceStatus::conditions).orElse(List.of());
        var certified = outcome.certificate().map(CertificateReport::concern);
        var conditions = Stream.concat(
                        Conditions.of(service, outcome.verdict(), before, generation, now).stream(),
                        Stream.of(
                                Conditions.of(certified, CertificateReport.NOT_LOOKED_AT, before, generation, now),
                                Conditions.of(
                                        outcome.configuration(),
                                        TakenConfiguration.NOT_LOOKED_AT,
                                        before,
                                        generation,
                                        now)))
                .toList();
        var certificate = outcome.certificate()
                .flatMap(CertificateReport::served)
                .orElse(previous.map(CacheServiceStatus::certificate).orElse(null));
        if (outcome.model().isEmpty()) {
            // What runs was left alone, and so is what was said of it; if it was counted, the numbers are new.
            return new CacheServiceStatus(
                    generation,
                    conditions,
                    previous.map(CacheServiceStatus::url).orElse(null),
                    outcome.replicas()
                            .or(() -> previous.map(CacheServiceStatus::replicas))
                            .orElse(null),
                    outcome.readyReplicas()
                            .or(() -> previous.map(CacheServiceStatus::readyReplicas))
                            .orElse(null),
                    certificate,
                    previous.map(CacheServiceStatus::clients).orElse(List.of()));
        }
        var model = outcome.model().get();
        var tokens = TokenCondition.of(model.tokens(), issuer, before, generation, now);
        return new CacheServiceStatus(
                generation,
                Stream.concat(conditions.stream(), tokens.stream()).toList(),
                model.names().url(),
                outcome.replicas().orElse(0),
                outcome.readyReplicas().orElse(0),
                certificate,
                Stream.concat(
                                model.clients().stream()
                                        .map(client -> new ClientBinding(client.name(), client.secret())),
                                model.tokens().accounts().stream()
                                        .map(account -> new ClientBinding(account.client(), account.secret())))
                        .toList());
    }
}
