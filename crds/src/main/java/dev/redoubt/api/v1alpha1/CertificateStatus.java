package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The certificate that is served.
 *
 * @param source the word of a {@link CertificateSource}
 * @param serial in lower-case hexadecimal
 * @param notAfter its end, as RFC 3339 writes it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CertificateStatus(String source, String serial, String notAfter) {}
