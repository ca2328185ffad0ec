package dev.redoubt.operator.certificates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A resource's own authority, the one that will follow it, and whom clients are told to trust.
 *
 * @param current signs what is issued now
 * @param next made, and published, and signs nothing yet; empty most of the time
 */
public record Authority(KeyedCertificate current, Optional<KeyedCertificate> next, Trust trust) {
    private static final String NEXT_CERTIFICATE = "next.crt";
    private static final String NEXT_KEY = "next.key";
    private static final String TRUST = "trust.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Content of the CA Secret, which only the operator reads; from it a pass goes on wherever the last one ended. */
    Map<String, String> stored() {
        var entries = new TreeMap<String, String>();
        entries.put(CertificateIssuer.CA_CERTIFICATE, current.certificatePem());
        entries.put(CertificateIssuer.CA_KEY, current.keyPem());
        next.ifPresent(coming -> {
            entries.put(NEXT_CERTIFICATE, coming.certificatePem());
            entries.put(NEXT_KEY, coming.keyPem());
        });
        try {
            entries.put(TRUST, JSON.writeValueAsString(trust.stored()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Maps of text can be written", e);
        }
        return entries;
    }

    /** The pair that signs, as it was stored; empty if there is none that can be read. */
    static Optional<KeyedCertificate> current(Map<String, String> stored) {
        return Pem.read(stored.get(CertificateIssuer.CA_CERTIFICATE), stored.get(CertificateIssuer.CA_KEY));
    }

    /** The pair that waits, as it was stored. */
    static Optional<KeyedCertificate> next(Map<String, String> stored) {
        return Pem.read(stored.get(NEXT_CERTIFICATE), stored.get(NEXT_KEY));
    }

    /** Whom clients were told to trust, as it was stored; empty if an earlier version of the operator stored it, or none. */
    static Optional<Trust> trust(Map<String, String> stored) {
        return Optional.ofNullable(stored.get(TRUST)).flatMap(Authority::parse);
    }

    private static Optional<Trust> parse(@Nullable String json) {
        try {
            return Optional.of(Trust.read(JSON.readValue(json, new TypeReference<List<Map<String, String>>>() {})));
        } catch (JsonProcessingException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
