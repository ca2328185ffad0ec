package dev.redoubt.cache.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the types of {@link ServiceConfig} cannot say. All problems are found at once, in the order of the file. */
final class ConfigRules {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final List<String> problems = new ArrayList<>();

    private ConfigRules() {}

    static List<String> problems(ServiceConfig config) {
        ConfigRules rules = new ConfigRules();
        rules.redis("redis", config.redis());
        if (config.state() != null) {
            rules.redis("state", config.state());
        }
        rules.listeners(config);
        rules.limits(config.limits());
        rules.duration("startup.patience", config.startup().patience(), Duration.ZERO, Duration.ofMinutes(1));
        rules.duration("shutdown.drain", config.shutdown().drain(), Duration.ZERO, Duration.ofMinutes(10));
        rules.duration("shutdown.grace", config.shutdown().grace(), Duration.ZERO, Duration.ofMinutes(10));
        rules.number("eventLoops", config.eventLoops(), 0, 256);
        rules.nearCache(config);
        rules.regions(config);
        rules.rateLimits(config.rateLimits());
        rules.number("degraded.pendingDeletes", config.degraded().pendingDeletes(), 0, 1_000_000);
        rules.number("localLimits.buckets", config.localLimits().buckets(), 1, 10_000_000);
        rules.number("localLimits.replicas", config.localLimits().replicas(), 1, 1000);
        if (config.accessLog() != null) {
            rules.number("accessLog.linesPerSecond", config.accessLog().linesPerSecond(), 1, 100_000);
            rules.number("accessLog.queueSize", config.accessLog().queueSize(), 1, 1_000_000);
        }
        rules.clients(config);
        if (config.tokens() != null) {
            rules.tokens(config.tokens());
        }
        return rules.problems;
    }

    private void redis(String path, ServiceConfig.Redis redis) {
        duration(path + ".commandTimeout", redis.commandTimeout(), Duration.ofMillis(1), Duration.ofMinutes(1));
        duration(path + ".connectTimeout", redis.connectTimeout(), Duration.ofMillis(1), Duration.ofMinutes(1));
        duration(path + ".heartbeat", redis.heartbeat(), Duration.ofMillis(50), Duration.ofMinutes(1));
        duration(path + ".stallLimit", redis.stallLimit(), redis.commandTimeout(), Duration.ofMinutes(10));
        number(path + ".requestQueueSize", redis.requestQueueSize(), 1, 1_000_000);
        duration(path + ".reconnect.min", redis.reconnect().min(), Duration.ofMillis(10), Duration.ofMinutes(1));
        duration(
                path + ".reconnect.max",
                redis.reconnect().max(),
                redis.reconnect().min(),
                Duration.ofMinutes(10));
    }

    private void listeners(ServiceConfig config) {
        ServiceConfig.Https https = config.https();
        ServiceConfig.Http http = config.http();
        if (https == null && http == null) {
            problems.add(
                    "https: is missing; write https: {port: 8443, certificate: /path/tls.crt, privateKey: /path/tls.key},"
                            + " or, to do without TLS, http: {port: 8080}");
        }
        if (https != null && http != null) {
            problems.add("http: stands beside https; the API has one port, remove one of the two");
        }
        if (https != null) {
            number("https.port", https.port(), 0, 65_535);
            readable("https.certificate", https.certificate());
            readable("https.privateKey", https.privateKey());
        }
        if (http != null) {
            number("http.port", http.port(), 0, 65_535);
        }
        int management = config.management().port();
        number("management.port", management, 0, 65_535);
        int api = https != null ? https.port() : http != null ? http.port() : 0;
        if (management != 0 && management == api) {
            problems.add("management.port: " + management + " is the port of the API too; choose another");
        }
    }

    private void limits(ServiceConfig.Limits limits) {
        number("limits.body", limits.body(), 0, 512 * 1024 * 1024);
        number("limits.key", limits.key(), 1, 65_536);
        number("limits.requestLine", limits.requestLine(), 256, 1024 * 1024);
        number("limits.headers", limits.headers(), 1024, 1024 * 1024);
        number("limits.pipelined", limits.pipelined(), 1, 100_000);
        number("limits.connections", limits.connections(), 1, 10_000_000);
        duration("limits.idle", limits.idle(), Duration.ofSeconds(1), Duration.ofDays(1));
        duration("limits.request", limits.request(), Duration.ofSeconds(1), Duration.ofHours(1));
    }

    private void nearCache(ServiceConfig config) {
        number("nearCache.maxBytes", config.nearCache().maxBytes(), 0, Integer.MAX_VALUE);
        // The link has to be tried twice within the bound, and the answer may take as long as a command may.
        duration("nearCache.maxStale", config.nearCache().maxStale(), Duration.ofMillis(200), Duration.ofMinutes(1));
    }

    private void regions(ServiceConfig config) {
        List<ServiceConfig.Region> regions = config.regions();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < regions.size(); i++) {
            ServiceConfig.Region region = regions.get(i);
            String path = "regions[" + i + "]";
            name(path, region.name(), names);
            if (region.ttl() == null) {
                problems.add(path + ".ttl: is missing; write for example ttl: 5m");
            } else {
                duration(path + ".ttl", region.ttl(), Duration.ofMillis(1), Duration.ofDays(365));
                duration(path + ".maxTtl", region.effectiveMaxTtl(), region.ttl(), Duration.ofDays(365));
            }
            duration(path + ".staleFor", region.staleFor(), Duration.ZERO, Duration.ofDays(365));
            number(path + ".jitterPercent", region.jitterPercent(), 0, 90);
            if (region.maxBytes() != null) {
                number(
                        path + ".maxBytes",
                        region.maxBytes().bytes(),
                        0,
                        config.limits().body());
            }
        }
    }

    private void rateLimits(List<ServiceConfig.RateLimit> limits) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            ServiceConfig.RateLimit limit = limits.get(i);
            String path = "rateLimits[" + i + "]";
            name(path, limit.name(), names);
            number(path + ".capacity", limit.capacity(), 1, 1_000_000);
            if (limit.refillPeriod() == null) {
                problems.add(path + ".refillPeriod: is missing; write for example refillPeriod: 60s");
            } else {
                duration(path + ".refillPeriod", limit.refillPeriod(), Duration.ofMillis(1), Duration.ofDays(31));
            }
        }
    }

    private void clients(ServiceConfig config) {
        Set<String> regions =
                config.regions().stream().map(ServiceConfig.Region::name).collect(Collectors.toSet());
        Set<String> limits =
                config.rateLimits().stream().map(ServiceConfig.RateLimit::name).collect(Collectors.toSet());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < config.clients().size(); i++) {
            ServiceConfig.Client client = config.clients().get(i);
            String path = "clients[" + i + "]";
            name(path, client.name(), names);
            identity(path, client, config.tokens() != null);
            grants(path + ".read", client.read(), regions, "region");
            grants(path + ".write", client.write(), regions, "region");
            grants(path + ".limit", client.limit(), limits, "rate limit");
        }
    }

    private void identity(String path, ServiceConfig.Client client, boolean tokens) {
        long ways = Stream.of(client.serviceAccount(), client.apiKeySha256File(), client.apiKeySha256())
                .filter(Objects::nonNull)
                .count();
        ServiceConfig.ServiceAccount account = client.serviceAccount();
        if (ways != 1) {
            problems.add(path + ": give exactly one of apiKeySha256File, apiKeySha256 and serviceAccount");
        } else if (account != null) {
            serviceAccount(path + ".serviceAccount", account);
            if (!tokens) {
                problems.add(
                        path + ".serviceAccount: nothing says how its tokens are verified; write tokens: {issuer: …,"
                                + " audiences: […], keys: /path/jwks.json}");
            }
        } else if (client.apiKeySha256() != null
                && !SHA256.matcher(client.apiKeySha256()).matches()) {
            problems.add(
                    path
                            + ".apiKeySha256: is not 64 lower-case hex digits; make it with: printf %s \"$API_KEY\" | sha256sum");
        }
    }

    private void serviceAccount(String path, ServiceConfig.ServiceAccount account) {
        for (String part : List.of("namespace", "name")) {
            String value = part.equals("name") ? account.name() : account.namespace();
            if (value == null || !OBJECT_NAME.matcher(value).matches()) {
                problems.add(path + "." + part + ": "
                        + (value == null ? "is missing" : "\"" + value + "\" is not a name of Kubernetes"));
            }
        }
    }

    private void tokens(ServiceConfig.Tokens tokens) {
        if (tokens.issuer().isBlank()) {
            problems.add("tokens.issuer: is missing; it is in: kubectl get --raw /.well-known/openid-configuration");
        }
        if (tokens.audiences().isEmpty() || tokens.audiences().stream().anyMatch(String::isBlank)) {
            problems.add("tokens.audiences: is missing; write the audience that clients ask for in their tokens");
        }
        duration("tokens.leeway", tokens.leeway(), Duration.ZERO, Duration.ofMinutes(5));
        number("tokens.cacheSize", tokens.cacheSize(), 1, 10_000_000);
        number("tokens.queueSize", tokens.queueSize(), 1, 1_000_000);
        number("tokens.verificationsPerSecond", tokens.verificationsPerSecond(), 1, 1_000_000);
    }

    private void grants(String path, List<String> granted, Set<String> names, String kind) {
        for (int i = 0; i < granted.size(); i++) {
            String name = granted.get(i);
            if (!name.equals("*") && !names.contains(name)) {
                String nearest = Suggestion.nearest(name, names);
                problems.add(path + "[" + i + "]: \"" + name + "\" is not a " + kind + "; "
                        + (nearest == null
                                ? "name one of " + names.stream().sorted().toList()
                                : "did you mean \"" + nearest + "\"?"));
            }
        }
    }

    private void name(String path, @Nullable String name, Set<String> seen) {
        if (name == null) {
            problems.add(path + ".name: is missing");
        } else if (!NAME.matcher(name).matches()) {
            problems.add(path + ".name: \"" + name + "\" is not a name; use a-z, 0-9 and inner hyphens, at most 63");
        } else if (!seen.add(name)) {
            problems.add(path + ".name: \"" + name + "\" is there twice");
        }
    }

    private void readable(String path, Path file) {
        if (!file.toFile().canRead()) {
            problems.add(path + ": " + file + " cannot be read; write the path of a PEM file");
        }
    }

    private void number(String path, int value, int least, int most) {
        if (value < least || value > most) {
            problems.add(path + ": " + value + " is out of bounds; write " + least + " to " + most);
        }
    }

    private void duration(String path, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            problems.add(path + ": " + Durations.print(value) + " is out of bounds; write " + Durations.print(least)
                    + " to " + Durations.print(most));
        }
    }
}
