package dev.redoubt.operator.redis;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.apply.Informers;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is there of a Redis at the start of a pass, from the caches. Prints no Secret.
 *
 * @param credentials the credentials Secret's content, empty if there is none; likewise the next two
 * @param published {@code ca.crt} of each Secret that clients read
 * @param handedOut the password in each binding, as far as there is one
 * @param claim of the pod
 */
record RedisWorld(
        Map<String, String> credentials,
        Map<String, String> authority,
        Map<String, String> certificate,
        List<String> published,
        Map<AclUser, Password> handedOut,
        Optional<ConfigMap> configMap,
        Optional<StatefulSet> statefulSet,
        Optional<PersistentVolumeClaim> claim,
        Optional<Pod> pod) {

    static RedisWorld observe(Informers<?> informers, RedisNames names) {
        return new RedisWorld(
                secret(informers, names, names.credentialsSecret()),
                secret(informers, names, names.authoritySecret()),
                secret(informers, names, names.tlsSecret()),
                Stream.of(names.tlsSecret(), names.bindingSecret(), names.serviceBindingSecret())
                        .map(name -> secret(informers, names, name).getOrDefault(CertificateIssuer.CA_CERTIFICATE, ""))
                        .toList(),
                handedOut(informers, names),
                informers.find(ConfigMap.class, names.namespace(), names.configMap()),
                informers.find(StatefulSet.class, names.namespace(), names.base()),
                informers.find(PersistentVolumeClaim.class, names.namespace(), names.claim(0)),
                informers.find(Pod.class, names.namespace(), names.pod(0)));
    }

    private static Map<AclUser, Password> handedOut(Informers<?> informers, RedisNames names) {
        var passwords = new EnumMap<AclUser, Password>(AclUser.class);
        RedisSecrets.password(secret(informers, names, names.bindingSecret()))
                .ifPresent(password -> passwords.put(AclUser.APP, password));
        RedisSecrets.password(secret(informers, names, names.serviceBindingSecret()))
                .ifPresent(password -> passwords.put(AclUser.SERVICE, password));
        return passwords;
    }

    private static Map<String, String> secret(Informers<?> informers, RedisNames names, String name) {
        return SecretData.decode(
                informers.find(Secret.class, names.namespace(), name).orElse(null));
    }

    @Override
    public String toString() {
        return "RedisWorld[pod " + pod.map(found -> found.getMetadata().getName()) + "]";
    }
}
