package dev.redoubt.operator.certificatesources;

import dev.redoubt.api.v1alpha1.IssuerRef;
import dev.redoubt.operator.certificates.ServerNames;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the operator asks cert-manager for.
 *
 * @param name of the Certificate, and of the Secret that it is put into
 */
public record CertificateOrder(String name, ServerNames names, IssuerRef issuer) {
    /**
     * The Certificate: a new key for each issue, because a key that never changes makes a stolen one good for ever. Its life, and when it is
     * renewed, are left to cert-manager.
     */
    Certificate render(Owner owner) {
        var certificate = new Certificate();
        certificate.setMetadata(owner.metadata(name));
        var spec = new TreeMap<String, Object>();
        spec.put("secretName", name);
        spec.put("secretTemplate", Map.of("labels", Map.of(Labels.WATCH, Labels.TRUE)));
        spec.put("dnsNames", names.dns());
        spec.put("ipAddresses", names.addresses());
        spec.put("usages", List.of("digital signature", "key encipherment", "server auth", "client auth"));
        spec.put("privateKey", new TreeMap<>(Map.of("algorithm", "ECDSA", "size", 256, "rotationPolicy", "Always")));
        spec.put(
                "issuerRef",
                new TreeMap<>(Map.of("name", issuer.name(), "kind", issuer.kind(), "group", issuer.group())));
        certificate.setSpec(spec);
        return certificate;
    }
}
