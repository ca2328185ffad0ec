package dev.redoubt.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What a failed pass has to say. */
public final class ApiErrors {
    private static final int MAX_CAUSES = 20;
    /** By the admission plugin NamespaceLifecycle of the API server. */
    private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

    private ApiErrors() {}

    /**
     * The verdict of a pass that ended with {@code error}.
     *
     * @param serves whether the resource was measured to do what it is for: an API that refuses something stops no server
     */
    public static Verdict verdict(Throwable error, boolean serves) {
        var message = "The last pass failed and is tried again: " + explanation(error);
        return serves ? Verdict.readyBut(Reason.ApiError, message) : Verdict.notReady(Reason.ApiError, message);
    }

    /** What the API server said, or else the innermost message, which is the one that names the cause. */
    public static String explanation(Throwable error) {
        var causes = Stream.iterate(error, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .toList();
        return causes.stream()
                .filter(KubernetesClientException.class::isInstance)
                .map(KubernetesClientException.class::cast)
                .filter(refusal -> refusal.getStatus() != null)
                .map(refusal -> refusal.getStatus().getMessage() + hint(refusal.getCode()))
                .findFirst()
                .orElseGet(() -> String.valueOf(causes.getLast()));
    }

    private static String hint(int code) {
        return switch (code) {
            case 403 -> " (does the operator's service account have all rules of the shipped role?)";
            case 404 -> " (are the resource definitions installed?)";
            default -> "";
        };
    }

    /** Whether the API refuses to make an object because its namespace is on its way out. */
    public static boolean isOfGoingNamespace(KubernetesClientException refusal) {
        return details(refusal).stream()
                .flatMap(details -> details.getCauses().stream())
                .anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
    }

    /** Whether the API refuses to change {@code resource} because it is gone. */
    public static boolean isOfGone(HasMetadata resource, KubernetesClientException refusal) {
        return refusal.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                && details(refusal)
                        .filter(details -> resource.getPlural().equals(details.getKind())
                                && resource.getMetadata().getName().equals(details.getName()))
                        .isPresent();
    }

    private static Optional<StatusDetails> details(KubernetesClientException refusal) {
        return Optional.ofNullable(refusal.getStatus()).map(Status::getDetails);
    }
}
