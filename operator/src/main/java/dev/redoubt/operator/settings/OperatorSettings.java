package dev.redoubt.operator.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be set. {@link #DEFAULTS} holds the value of each key that a file leaves out. Holds no secret, so
 * it is logged as it is at the start.
 *
 * @param watchNamespaces the namespaces to work in; empty = the whole cluster
 * @param instance which resources are this operator's: empty = those without the label {@code redoubt.dev/operator},
 *     otherwise those whose label has this value. Lets a second operator run beside the first
 * @param images the image of each engine, of the cache service and of the exporter, for resources that name none
 * @param clusterDomain the cluster's DNS domain, in certificates and addresses
 * @param operator how NetworkPolicies recognise the operator's own pods
 * @param leaderElection which of several operator pods works
 * @param http the operator's own endpoints
 * @param ping how running servers are watched
 * @param hardening how running servers are probed
 * @param memory how the memory of running servers is watched
 * @param cacheServices how running cache services are watched
 * @param reconcile how passes run
 * @param credentials how passwords are replaced
 * @param certificates how long what it issues is valid, and how it is replaced
 * @param monitoring how Prometheus finds what there is to scrape
 * @param issuer how the keys of ServiceAccount tokens are read
 */
public record OperatorSettings(
        List<String> watchNamespaces,
        String instance,
        Images images,
        String clusterDomain,
        OperatorPod operator,
        LeaderElection leaderElection,
        Http http,
        Ping ping,
        Hardening hardening,
        Memory memory,
        CacheServices cacheServices,
        Reconcile reconcile,
        Credentials credentials,
        Certificates certificates,
        Monitoring monitoring,
        Issuer issuer) {

    /** What holds where nothing is set. */
    public static final OperatorSettings DEFAULTS = new OperatorSettings(
            List.of(),
            "",
            new Images(
                    "redoubt.dev/redis:8.0",
                    "redoubt.dev/valkey:8.1",
                    "redoubt.dev/cache-service:0.1.0",
                    "redoubt.dev/redis-exporter:1.69"),
            "cluster.local",
            new OperatorPod("redoubt-system", Map.of("app.kubernetes.io/name", "redoubt-operator")),
            new LeaderElection(true, "redoubt-operator"),
            new Http(8080),
            new Ping(Duration.ofSeconds(2), Duration.ofSeconds(1), 2),
            new Hardening(Duration.ofSeconds(30), Duration.ofMinutes(10), 8, 6378),
            new Memory(Duration.ofSeconds(10), 10),
            new CacheServices(Duration.ofSeconds(4), Duration.ofSeconds(1)),
            new Reconcile(10, Duration.ofSeconds(30), Duration.ofSeconds(20)),
            new Credentials(Duration.ofSeconds(90), Duration.ofMinutes(5)),
            new Certificates(Duration.ofDays(3650), Duration.ofDays(90), Duration.ofDays(7), Duration.ofDays(14)),
            new Monitoring(Map.of(), Duration.ofMinutes(1)),
            new Issuer(Duration.ofMinutes(1), Duration.ofMinutes(10)));

    public OperatorSettings {
        watchNamespaces = List.copyOf(watchNamespaces);
    }

    /**
     * Images of resources that name none.
     *
     * @param redis for {@code engine: Redis}
     * @param valkey for {@code engine: Valkey}
     * @param cacheService for every CacheService
     * @param exporter for the metrics exporter of every Redis
     */
    public record Images(String redis, String valkey, String cacheService, String exporter) {}

    /**
     * How the operator's own pods are recognised.
     *
     * @param namespace where the operator runs; its Lease is there too
     * @param podLabels labels of its pods
     */
    public record OperatorPod(String namespace, Map<String, String> podLabels) {
        public OperatorPod {
            podLabels = Map.copyOf(podLabels);
        }
    }

    /**
     * Which of several operator pods works.
     *
     * @param enabled off only where nothing else can run the same work, as in a test
     * @param lease name of the Lease
     */
    public record LeaderElection(boolean enabled, String lease) {}

    /**
     * The operator's own endpoints.
     *
     * @param port of the probes and metrics; 0 = any free one
     */
    public record Http(int port) {}

    /**
     * A server counts as unreachable after {@code failures} pings in a row without an answer, so a dead one is known
     * after at most {@code failures * (interval + timeout)}: 6 s with the defaults.
     *
     * @param interval between two pings of one server
     * @param timeout of a connection attempt and of each command
     * @param failures in a row until a server counts as unreachable
     */
    public record Ping(Duration interval, Duration timeout, int failures) {}

    /**
     * How running servers are probed.
     *
     * @param serverInterval between two looks at what a server answers, and at the network
     * @param sweepInterval between two looks at its pod's Events
     * @param concurrency servers that are looked at at the same time
     * @param forbiddenPort a port on which no Redis listens, and which the operator's own NetworkPolicy has to allow: that
     *     packets to it are dropped shows that the Redis's NetworkPolicy is enforced
     */
    public record Hardening(Duration serverInterval, Duration sweepInterval, int concurrency, int forbiddenPort) {}

    /**
     * How the memory of running servers is watched.
     *
     * @param interval between two looks at one server
     * @param evictionsPerSecond so many keys a server may evict, on average between two looks, before it is said of it
     */
    public record Memory(Duration interval, int evictionsPerSecond) {}

    /**
     * How running cache services are watched. A replica counts as silent after two questions in a row without an answer.
     *
     * @param lookInterval between two questions to one replica whether its configuration is in effect
     * @param timeout of a connection attempt and of each question
     */
    public record CacheServices(Duration lookInterval, Duration timeout) {}

    /**
     * How passes run.
     *
     * @param threads passes that run at the same time, for each kind
     * @param maxRetryInterval longest wait after a failed pass; the first is 1 s and each next one doubles
     * @param shutdownTimeout how long a running pass may take to finish after SIGTERM; at least 5 s less than the pod's
     *     grace period, because the Lease is given back afterwards
     */
    public record Reconcile(int threads, Duration maxRetryInterval, Duration shutdownTimeout) {}

    /**
     * How passwords are replaced on a running server.
     *
     * @param propagation how long a changed Secret may take until the files of a pod show it: so long after the server has learned new
     *     passwords clients are not given them yet, because a server that starts again reads its file. The kubelet takes a minute at most,
     *     and a second once the operator has marked the pod
     * @param grace how long the previous passwords log in after clients were given new ones; at least twice {@code propagation}, because a
     *     client's files are as late
     */
    public record Credentials(Duration propagation, Duration grace) {}

    /**
     * How long certificates are valid.
     *
     * @param authority life of a resource's own certificate authority
     * @param server life of a certificate of a server or a client; renewed after two thirds of it
     * @param overlap how long a new authority is published, beside the old one, before it signs what is served
     * @param warning how long before its end a certificate that was given is warned of, at most a fifth of its life
     */
    public record Certificates(Duration authority, Duration server, Duration overlap, Duration warning) {}

    /**
     * How Prometheus finds what there is to scrape.
     *
     * @param labels on every ServiceMonitor and PrometheusRule, for a Prometheus that selects them by label
     * @param lookInterval how often the API server is asked whether it knows these kinds; so long it takes at most until
     *     they are used after their definitions were installed
     */
    public record Monitoring(Map<String, String> labels, Duration lookInterval) {
        public Monitoring {
            labels = Map.copyOf(labels);
        }
    }

    /**
     * How the keys are read with which the cluster signs ServiceAccount tokens.
     *
     * @param lookInterval how often the API server is asked; so long it takes at most until a new key is published
     * @param keepKeys how long a key is published that the API server does not name any more: while the keys change, several
     *     API servers behind one address have different ones
     */
    public record Issuer(Duration lookInterval, Duration keepKeys) {}
}
