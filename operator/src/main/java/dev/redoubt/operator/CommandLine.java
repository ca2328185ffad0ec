package dev.redoubt.operator;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the program was asked to do. */
sealed interface CommandLine {
    String USAGE = """
            Usage: redoubt-operator [--config FILE]    run the operator
                   redoubt-operator apply-crds         create or upgrade the resource definitions, and end
                   redoubt-operator --help             show this

            FILE is YAML. Every key is optional; an unknown key is an error. The keys and their defaults:

              watchNamespaces: []            # empty = the whole cluster
              instance: ""                   # only resources labelled redoubt.dev/operator: <this>; empty = those without
              images: {redis: redoubt.dev/redis:8.0, valkey: redoubt.dev/valkey:8.1,
                       cacheService: redoubt.dev/cache-service:0.1.0, exporter: redoubt.dev/redis-exporter:1.69}
              clusterDomain: cluster.local
              operator: {namespace: redoubt-system, podLabels: {app.kubernetes.io/name: redoubt-operator}}
              leaderElection: {enabled: true, lease: redoubt-operator}
              http: {port: 8080}             # /livez, /readyz, /metrics
              ping: {interval: 2s, timeout: 1s, failures: 2}
              hardening: {serverInterval: 30s, sweepInterval: 10m, concurrency: 8, forbiddenPort: 6378}
              memory: {interval: 10s, evictionsPerSecond: 10}
              reconcile: {threads: 10, maxRetryInterval: 30s, shutdownTimeout: 20s}
              credentials: {propagation: 90s, grace: 5m}
              certificates: {authority: 3650d, server: 90d, overlap: 7d, warning: 14d}
              monitoring: {labels: {}, lookInterval: 1m} # of every ServiceMonitor; how often to look whether there is such a kind
              cacheServices: {lookInterval: 4s, timeout: 1s} # asked whether their configuration is in effect
              issuer: {lookInterval: 1m, keepKeys: 10m} # of the keys of ServiceAccount tokens; how long one is kept that went

            The cluster is the one that the pod's service account, or KUBECONFIG, leads to.
            Ends with 0 after SIGTERM, 1 if it cannot work, 2 if it was called wrongly.
            """;

    /** Run the operator with the settings in {@code config}, or with the defaults. */
    record Run(Optional<Path> config) implements CommandLine {}

    /** Apply the resource definitions and end. */
    record ApplyCrds() implements CommandLine {}

    /** Show the usage. */
    record Help() implements CommandLine {}

    /** Complain and show the usage. */
    record Wrong(String complaint) implements CommandLine {}

    static CommandLine parse(List<String> arguments) {
        return switch (arguments) {
            case List<String> none when none.isEmpty() -> new Run(Optional.empty());
            case List<String> one when one.size() == 1 -> parseOne(one.getFirst());
            case List<String> two
            when two.size() == 2 && two.getFirst().equals("--config") -> new Run(Optional.of(Path.of(two.getLast())));
            default -> new Wrong("Unknown arguments: " + String.join(" ", arguments));
        };
    }

    private static CommandLine parseOne(String argument) {
        return switch (argument) {
            case "--help", "-h" -> new Help();
            case "apply-crds" -> new ApplyCrds();
            case "--config" -> new Wrong("--config needs a file");
            case String given
            when given.startsWith("--config=") -> new Run(Optional.of(Path.of(given.substring("--config=".length()))));
            default -> new Wrong("Unknown argument: " + argument);
        };
    }
}
