package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of a Redis and those of its clients.
 *
 * <p>{@code source} and {@code clientCertificates} are null when the schema in the cluster is newer and has a word that this version
 * does not know.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Tls(
        @Nullable CertificateSource source,
        @Nullable SecretRef secretRef,
        @Nullable IssuerRef issuerRef,
        @Nullable ClientCertificates clientCertificates) {
    static final Tls DEFAULT = new Tls(CertificateSource.OPERATOR, null, null, ClientCertificates.OPTIONAL);
}
