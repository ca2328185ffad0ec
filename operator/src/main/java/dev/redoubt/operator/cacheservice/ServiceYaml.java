package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.RateLimit;
import dev.redoubt.api.v1alpha1.Region;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The configuration file of the service: paths of Secrets, never their content. */
final class ServiceYaml {
    static final String FILE = "service.yaml";
    static final String KEYS_FILE = "jwks.json";
    static final String CONFIG_DIR = "/etc/redoubt/service";
    static final String REDIS_DIR = "/etc/redoubt/redis";
    static final String STATE_DIR = "/etc/redoubt/state";
    static final String CLIENTS_DIR = "/etc/redoubt/clients";
    static final String TLS_DIR = "/etc/redoubt/tls";
    static final int HTTPS_PORT = 8443;
    static final int MANAGEMENT_PORT = 8081;

    private ServiceYaml() {}

    static String render(CacheServiceModel model) {
        var root = fixed(model);
        root.putAll(live(model));
        return Serialization.asYaml(root);
    }

    /** The part that the service reads only when it starts: a change of it is a rolling update. */
    static String renderFixed(CacheServiceModel model) {
        return Serialization.asYaml(fixed(model));
    }

    private static Map<String, Object> fixed(CacheServiceModel model) {
        var root = new LinkedHashMap<String, Object>();
        root.put("redis", Map.of("binding", REDIS_DIR));
        if (model.state().isPresent()) {
            root.put("state", Map.of("binding", STATE_DIR));
        }
        root.put("https", https());
        root.put("management", Map.of("port", MANAGEMENT_PORT));
        model.nearCache()
                .ifPresent(near ->
                        root.put("nearCache", ordered("maxBytes", near.maxBytes(), "maxStale", near.maxStale())));
        return root;
    }

    /** The part that takes effect while the service runs. */
    private static Map<String, Object> live(CacheServiceModel model) {
        var root = new LinkedHashMap<String, Object>();
        root.put("regions", model.regions().stream().map(ServiceYaml::region).toList());
        root.put(
                "rateLimits",
                model.rateLimits().stream().map(ServiceYaml::rateLimit).toList());
        root.put(
                "clients",
                Stream.concat(
                                model.clients().stream().map(ServiceYaml::client),
                                model.tokens().verifiable().stream().map(ServiceYaml::client))
                        .toList());
        model.tokens()
                .needed()
                .ifPresent(keys -> root.put(
                        "tokens",
                        ordered(
                                "issuer", keys.issuer(),
                                "audiences", List.of(model.tokens().audience()),
                                "keys", CONFIG_DIR + "/" + KEYS_FILE)));
        model.accessLog()
                .ifPresent(log ->
                        root.put("accessLog", ordered("sample", log.sample(), "linesPerSecond", log.linesPerSecond())));
        return root;
    }

    /** What is not said is left out: the defaults are the service's. */
    private static Map<String, Object> region(Region region) {
        var yaml = ordered("name", region.name(), "ttl", region.ttl());
        putIfSaid(yaml, "maxTtl", region.maxTtl());
        putIfSaid(yaml, "staleFor", region.staleFor());
        putIfSaid(yaml, "maxBytes", region.maxBytes());
        putIfSaid(yaml, "jitterPercent", region.jitterPercent());
        return yaml;
    }

    private static void putIfSaid(Map<String, Object> yaml, String key, @Nullable Object value) {
        if (value != null) {
            yaml.put(key, value);
        }
    }

    private static Map<String, Object> https() {
        return ordered("port", HTTPS_PORT, "certificate", TLS_DIR + "/tls.crt", "privateKey", TLS_DIR + "/tls.key");
    }

    private static Map<String, Object> rateLimit(RateLimit limit) {
        return ordered(
                "name", limit.name(),
                "capacity", limit.capacity(),
                "refillPeriod", limit.refillPeriod(),
                "whenUnavailable", limit.whenUnavailable().value());
    }

    private static Map<String, Object> client(ClientKey client) {
        return ordered(
                "name", client.name(),
                "apiKeySha256File", CLIENTS_DIR + "/" + client.name(),
                "read", client.read(),
                "write", client.write(),
                "limit", client.limit());
    }

    private static Map<String, Object> client(TokenClients.Account account) {
        return ordered(
                "name", account.client(),
                "serviceAccount", ordered("namespace", account.namespace(), "name", account.serviceAccount()),
                "read", account.read(),
                "write", account.write(),
                "limit", account.limit());
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (var i = 0; i < keysAndValues.length; i += 2) {
            map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return map;
    }
}
