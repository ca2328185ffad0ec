package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The certificate of a CacheService. {@code source} is null when it is a word that this version does not know. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ServiceTls(
        @Nullable CertificateSource source,
        @Nullable SecretRef secretRef,
        @Nullable IssuerRef issuerRef) {
    static final ServiceTls DEFAULT = new ServiceTls(CertificateSource.OPERATOR, null, null);
}
