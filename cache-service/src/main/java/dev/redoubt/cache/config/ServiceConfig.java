package dev.redoubt.cache.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * service.yaml. Every key of the file is a component here, under the same name, with its default; {@code docs/cache-service.md}
 * has the table. It holds no secret: only where secrets are.
 *
 * @param redis the Redis of the caches
 * @param state a second Redis, for what must not be evicted; absent when there is none
 * @param https the API over TLS; exactly one of {@code https} and {@code http} is present
 * @param http the API without TLS, only when asked for
 * @param management the port of probes and metrics
 * @param eventLoops how many event loops carry connections; 0 = as many as processors
 * @param nearCache values kept in the memory of the service
 * @param regions the named caches
 * @param rateLimits the token buckets
 * @param localLimits what takes over from the state Redis while that is away
 * @param degraded what is kept for a Redis that is away
 * @param clients who may do what; nobody else may do anything
 * @param tokens how ServiceAccount tokens are verified; absent when no client has any
 * @param accessLog lines about requests; absent when there shall be none
 */
public record ServiceConfig(
        Redis redis,
        @Nullable Redis state,
        @Nullable Https https,
        @Nullable Http http,
        Management management,
        Limits limits,
        Startup startup,
        Shutdown shutdown,
        Logging logging,
        int eventLoops,
        NearCache nearCache,
        List<Region> regions,
        List<RateLimit> rateLimits,
        LocalLimits localLimits,
        Degraded degraded,
        List<Client> clients,
        @Nullable Tokens tokens,
        @Nullable AccessLog accessLog) {

    @JsonCreator
    public ServiceConfig(
            @Nullable Redis redis,
            @Nullable Redis state,
            @Nullable Https https,
            @Nullable Http http,
            @Nullable Management management,
            @Nullable Limits limits,
            @Nullable Startup startup,
            @Nullable Shutdown shutdown,
            @Nullable Logging logging,
            @Nullable Integer eventLoops,
            @Nullable NearCache nearCache,
            @Nullable List<Region> regions,
            @Nullable List<RateLimit> rateLimits,
            @Nullable LocalLimits localLimits,
            @Nullable Degraded degraded,
            @Nullable List<Client> clients,
            @Nullable Tokens tokens,
            @Nullable AccessLog accessLog) {
        this(
                or(redis, Redis.DEFAULTS),
                state,
                https,
                http,
                management == null ? new Management(null) : management,
                or(limits, Limits.DEFAULTS),
                startup == null ? new Startup(null) : startup,
                shutdown == null ? new Shutdown(null, null) : shutdown,
                logging == null ? new Logging(null, null) : logging,
                (int) or(eventLoops, 0),
                or(nearCache, NearCache.DEFAULTS),
                regions == null ? List.of() : List.copyOf(regions),
                rateLimits == null ? List.of() : List.copyOf(rateLimits),
                localLimits == null ? new LocalLimits(null, null) : localLimits,
                degraded == null ? new Degraded(null) : degraded,
                clients == null ? List.of() : List.copyOf(clients),
                tokens,
                accessLog);
    }

    /** What may change while the process runs. */
    private static final Set<String> LIVE = Set.of("regions", "rateLimits", "clients", "tokens", "accessLog");

    /** The keys that say otherwise than in {@code started}, and take effect with the next start only. */
    public List<String> differencesThatNeedARestart(ServiceConfig started) {
        return Stream.of(ServiceConfig.class.getRecordComponents())
                .filter(component -> !LIVE.contains(component.getName()))
                .filter(component -> !Objects.equals(value(component, this), value(component, started)))
                .map(RecordComponent::getName)
                .toList();
    }

    private static @Nullable Object value(RecordComponent component, ServiceConfig config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a public record can be read", e);
        }
    }

    /** The number of event loops that {@link #eventLoops} means on this machine. */
    public int effectiveEventLoops() {
        return eventLoops > 0 ? eventLoops : Runtime.getRuntime().availableProcessors();
    }

    /**
     * One Redis.
     *
     * @param binding a directory with REDIS_HOST, REDIS_PORT, REDIS_USERNAME, REDIS_PASSWORD, ca.crt, read again on every connection;
     *     absent when the environment has the URL
     * @param caFile PEM file of the authorities to trust instead of the binding's ca.crt or the JVM's own
     * @param commandTimeout how long a command may take before its request is answered with 503
     * @param connectTimeout how long TCP, TLS and the login may take together
     * @param heartbeat how often an idle connection is tried
     * @param stallLimit how long an answer may be overdue before the connection is given up and made anew
     * @param requestQueueSize commands on their way, for each event loop; more are refused with 503
     * @param reconnect the pauses between two attempts to connect
     */
    public record Redis(
            @Nullable Path binding,
            @Nullable Path caFile,
            Duration commandTimeout,
            Duration connectTimeout,
            Duration heartbeat,
            Duration stallLimit,
            int requestQueueSize,
            Reconnect reconnect) {

        static final Redis DEFAULTS = new Redis(null, null, null, null, null, null, null, null);

        @JsonCreator
        public Redis(
                @Nullable Path binding,
                @Nullable Path caFile,
                @Nullable Duration commandTimeout,
                @Nullable Duration connectTimeout,
                @Nullable Duration heartbeat,
                @Nullable Duration stallLimit,
                @Nullable Integer requestQueueSize,
                @Nullable Reconnect reconnect) {
            this(
                    binding,
                    caFile,
                    or(commandTimeout, Duration.ofMillis(250)),
                    or(connectTimeout, Duration.ofSeconds(2)),
                    or(heartbeat, Duration.ofSeconds(1)),
                    or(stallLimit, Duration.ofSeconds(5)),
                    (int) or(requestQueueSize, 4096),
                    reconnect == null ? new Reconnect(null, null) : reconnect);
        }
    }

    /**
     * Pauses between attempts to connect: they double from {@code min} to {@code max}, and each is drawn at random between half of
     * it and the whole, so that the replicas do not come back in one step.
     */
    public record Reconnect(Duration min, Duration max) {
        public Reconnect(@Nullable Duration min, @Nullable Duration max) {
            this.min = or(min, Duration.ofMillis(100));
            this.max = or(max, Duration.ofSeconds(2));
        }
    }

    /** The API over TLS. Both files are PEM, and read again when they change. */
    public record Https(int port, Path certificate, Path privateKey) {
        @JsonCreator
        public Https(@Nullable Integer port, @Nullable Path certificate, @Nullable Path privateKey) {
            this(
                    (int) or(port, 8443),
                    or(certificate, Path.of("/etc/redoubt/tls/tls.crt")),
                    or(privateKey, Path.of("/etc/redoubt/tls/tls.key")));
        }
    }

    /** The API without TLS: API keys and values cross the network readable by everybody on it. */
    public record Http(int port) {
        @JsonCreator
        public Http(@Nullable Integer port) {
            this((int) or(port, 8080));
        }
    }

    /** Probes and metrics, always plain HTTP and without keys: to be opened to the cluster's own eyes only. */
    public record Management(int port) {
        @JsonCreator
        public Management(@Nullable Integer port) {
            this((int) or(port, 8081));
        }
    }

    /**
     * What a client may cost.
     *
     * @param body bytes of a value; a larger one is refused with 413
     * @param key bytes of a key after percent-decoding
     * @param requestLine bytes of the request line (414)
     * @param headers bytes of all header fields together (431)
     * @param pipelined requests of one connection that are answered at the same time; further ones wait unread
     * @param connections open client connections; further ones are closed at once
     * @param idle how long a connection may be silent between two requests
     * @param request how long a request may take to arrive completely (408)
     */
    public record Limits(
            int body,
            int key,
            int requestLine,
            int headers,
            int pipelined,
            int connections,
            Duration idle,
            Duration request) {

        static final Limits DEFAULTS = new Limits(null, null, null, null, null, null, null, null);

        @JsonCreator
        public Limits(
                @Nullable ByteSize body,
                @Nullable ByteSize key,
                @Nullable ByteSize requestLine,
                @Nullable ByteSize headers,
                @Nullable Integer pipelined,
                @Nullable Integer connections,
                @Nullable Duration idle,
                @Nullable Duration request) {
            this(
                    body == null ? 1024 * 1024 : body.bytes(),
                    key == null ? 512 : key.bytes(),
                    requestLine == null ? 4096 : requestLine.bytes(),
                    headers == null ? 8192 : headers.bytes(),
                    (int) or(pipelined, 32),
                    (int) or(connections, 10_000),
                    or(idle, Duration.ofSeconds(75)),
                    or(request, Duration.ofSeconds(15)));
        }
    }

    /**
     * How the process arrives.
     *
     * @param patience how long "ready" waits for the first connections to Redis to be made or to fail
     */
    public record Startup(Duration patience) {
        public Startup(@Nullable Duration patience) {
            this.patience = or(patience, Duration.ofSeconds(5));
        }
    }

    /**
     * How the process leaves.
     *
     * @param drain how long it keeps accepting after it has said "not ready": endpoints propagate late
     * @param grace how long requests in flight may take after that
     */
    public record Shutdown(Duration drain, Duration grace) {
        public Shutdown(@Nullable Duration drain, @Nullable Duration grace) {
            this.drain = or(drain, Duration.ofSeconds(5));
            this.grace = or(grace, Duration.ofSeconds(10));
        }
    }

    /** Logs go to standard output, as ECS JSON or as plain text. */
    public record Logging(Format format, Level level) {
        public Logging(@Nullable Format format, @Nullable Level level) {
            this.format = or(format, Format.ecs);
            this.level = or(level, Level.info);
        }

        /** How a line looks; the constants are spelled as in the file. */
        public enum Format {
            ecs,
            text
        }

        /** The least important line that is written. */
        public enum Level {
            error,
            warn,
            info,
            debug
        }
    }

    /**
     * A named cache.
     *
     * @param ttl how long values live when their writer says nothing
     * @param maxTtl how long they may live; absent = {@code ttl}
     * @param staleFor how long a value may still be served, as stale, when it has expired and somebody loads it anew, or when Redis
     *     cannot be asked; Redis keeps it for that long
     * @param maxBytes how large a value may be; absent = {@code limits.body}
     * @param jitterPercent by how much the TTL of each value is shortened at most, at random
     */
    public record Region(
            String name,
            Duration ttl,
            @Nullable Duration maxTtl,
            Duration staleFor,
            @Nullable ByteSize maxBytes,
            int jitterPercent) {
        @JsonCreator
        public Region(
                String name,
                Duration ttl,
                @Nullable Duration maxTtl,
                @Nullable Duration staleFor,
                @Nullable ByteSize maxBytes,
                @Nullable Integer jitterPercent) {
            this(name, ttl, maxTtl, or(staleFor, Duration.ZERO), maxBytes, (int) or(jitterPercent, 0));
        }

        /** One with the defaults. */
        public Region(String name, Duration ttl) {
            this(name, ttl, null, Duration.ZERO, null, 0);
        }

        /** How long its values may live. */
        public Duration effectiveMaxTtl() {
            return maxTtl == null ? ttl : maxTtl;
        }
    }

    /**
     * Values kept in the memory of the service.
     *
     * @param maxBytes how much memory they may take, on all event loops together; 0 = there is no near cache
     * @param maxStale for how long a change of a value may go unnoticed
     */
    public record NearCache(int maxBytes, Duration maxStale) {
        static final NearCache DEFAULTS = new NearCache(null, null);

        @JsonCreator
        public NearCache(@Nullable ByteSize maxBytes, @Nullable Duration maxStale) {
            this(maxBytes == null ? 64 * 1024 * 1024 : maxBytes.bytes(), or(maxStale, Duration.ofSeconds(1)));
        }
    }

    /**
     * A policy of rate limiting: every client of it has a bucket of {@code capacity} tokens, which refills evenly.
     *
     * @param capacity the tokens of a full bucket
     * @param refillPeriod how long an empty bucket takes to be full
     * @param whenUnavailable what happens while Redis is away
     */
    public record RateLimit(String name, int capacity, Duration refillPeriod, WhenUnavailable whenUnavailable) {
        @JsonCreator
        public RateLimit(
                String name,
                @Nullable Integer capacity,
                Duration refillPeriod,
                @Nullable WhenUnavailable whenUnavailable) {
            this(name, (int) or(capacity, 0), refillPeriod, or(whenUnavailable, WhenUnavailable.Local));
        }

        /** Each replica limits to its share; everything is allowed; or nothing is. */
        public enum WhenUnavailable {
            Local,
            Open,
            Closed
        }
    }

    /**
     * The buckets of this replica, which take over while Redis is away.
     *
     * @param buckets how many are kept; the least used make room
     * @param replicas how many replicas share a limit, as long as Redis has not yet told
     */
    public record LocalLimits(int buckets, int replicas) {
        @JsonCreator
        public LocalLimits(@Nullable Integer buckets, @Nullable Integer replicas) {
            this((int) or(buckets, 100_000), (int) or(replicas, 1));
        }
    }

    /**
     * What is kept for a Redis that is away.
     *
     * @param pendingDeletes keys that wait to be deleted; further ones are answered with 503
     */
    public record Degraded(int pendingDeletes) {
        @JsonCreator
        public Degraded(@Nullable Integer pendingDeletes) {
            this((int) or(pendingDeletes, 10_000));
        }
    }

    /**
     * A client: how it is known, by exactly one of the three, and the regions that it may read and write ({@code "*"} = every one).
     *
     * @param serviceAccount the Kubernetes ServiceAccount whose tokens it sends
     * @param apiKeySha256File a file with the lower-case hex SHA-256 of its API key
     * @param apiKeySha256 the same, in place
     * @param limit the rate limits that it may use; {@code "*"} = every one
     */
    public record Client(
            String name,
            @Nullable ServiceAccount serviceAccount,
            @Nullable Path apiKeySha256File,
            @Nullable String apiKeySha256,
            List<String> read,
            List<String> write,
            List<String> limit) {
        @JsonCreator
        public Client(
                String name,
                @Nullable ServiceAccount serviceAccount,
                @Nullable Path apiKeySha256File,
                @Nullable String apiKeySha256,
                @Nullable List<String> read,
                @Nullable List<String> write,
                @Nullable List<String> limit) {
            this.name = name;
            this.serviceAccount = serviceAccount;
            this.apiKeySha256File = apiKeySha256File;
            this.apiKeySha256 = apiKeySha256;
            this.read = read == null ? List.of() : List.copyOf(read);
            this.write = write == null ? List.of() : List.copyOf(write);
            this.limit = limit == null ? List.of() : List.copyOf(limit);
        }
    }

    /** A Kubernetes ServiceAccount. */
    public record ServiceAccount(String namespace, String name) {}

    /**
     * How ServiceAccount tokens are verified.
     *
     * @param issuer what their claim {@code iss} has to be: the cluster's
     * @param audiences one of which their claim {@code aud} has to name
     * @param keys a file with the cluster's public keys, a JSON Web Key Set; read again when it changes
     * @param leeway by how much the clocks may differ
     * @param cacheSize verified tokens that are remembered, and as many refused ones
     * @param queueSize tokens that may wait to be verified; further ones are answered with 503
     * @param verificationsPerSecond signatures that may be verified in a second; further ones are answered with 503
     */
    public record Tokens(
            String issuer,
            List<String> audiences,
            Path keys,
            Duration leeway,
            int cacheSize,
            int queueSize,
            int verificationsPerSecond) {
        @JsonCreator
        public Tokens(
                @Nullable String issuer,
                @Nullable List<String> audiences,
                @Nullable Path keys,
                @Nullable Duration leeway,
                @Nullable Integer cacheSize,
                @Nullable Integer queueSize,
                @Nullable Integer verificationsPerSecond) {
            this(
                    or(issuer, ""),
                    audiences == null ? List.of() : List.copyOf(audiences),
                    or(keys, Path.of("/etc/redoubt/service/jwks.json")),
                    or(leeway, Duration.ofSeconds(10)),
                    (int) or(cacheSize, 10_000),
                    (int) or(queueSize, 256),
                    (int) or(verificationsPerSecond, 500));
        }
    }

    /**
     * Lines about requests, as part of the log.
     *
     * @param sample of how many requests, besides those that are denied or fail, which are always told
     * @param linesPerSecond lines that are written in a second; further ones are left out, and counted
     * @param queueSize lines that may wait to be written; the same
     */
    public record AccessLog(Share sample, int linesPerSecond, int queueSize) {
        @JsonCreator
        public AccessLog(@Nullable Share sample, @Nullable Integer linesPerSecond, @Nullable Integer queueSize) {
            this(or(sample, new Share(0.01)), (int) or(linesPerSecond, 200), (int) or(queueSize, 1024));
        }
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
