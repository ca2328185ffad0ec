package dev.redoubt.cache.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of ServiceAccount tokens, by their SHA-256.
 *
 * <p>A token that was seen before costs a look into a map. One that was not is verified on a thread of its own, because a signature takes
 * from a tenth of a millisecond (RS256) to a whole one (ES256), and an event loop that is busy for so long keeps everybody waiting. The
 * request waits meanwhile, its loop does not. That thread is fenced in: it has a bounded queue, and looks at a bounded number of
 * signatures a second, so that a flood of made-up tokens costs neither memory nor the processors. What does not fit is told to come
 * back.
 *
 * <p>Proven and refused tokens are kept apart: whoever sends bad ones cannot push the good ones out.
 */
public final class Tokens {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    /** How long a refusal is remembered: it may be about the clock, or about a key that arrives a moment later. */
    private static final Duration REFUSED_FOR = Duration.ofSeconds(10);

    private final TokenVerifier verifier;
    private final int keys;
    private final InstantSource clock;
    private final TokenCounts counts;
    private final Cache<KeyHash, TokenVerdict.Proven> proven;
    private final Cache<KeyHash, TokenVerdict.Refused> refused;
    private final Map<KeyHash, CompletableFuture<TokenVerdict>> pending = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor worker;
    private final Allowance signatures;

    Tokens(ServiceConfig.Tokens settings, SigningKeys signingKeys, InstantSource clock, TokenCounts counts) {
        this.verifier = new TokenVerifier(settings, signingKeys, clock);
        this.keys = signingKeys.size();
        this.clock = clock;
        this.counts = counts;
        this.proven = Caffeine.newBuilder()
                .maximumSize(settings.cacheSize())
                .executor(Runnable::run)
                .evictionListener(this::evicted)
                .build();
        this.refused = Caffeine.newBuilder()
                .maximumSize(settings.cacheSize())
                .expireAfterWrite(REFUSED_FOR)
                .executor(Runnable::run)
                .evictionListener(this::evicted)
                .build();
        this.signatures = new Allowance(settings.verificationsPerSecond(), System.nanoTime());
        // It ends by itself when there is nothing to do: nobody has to stop it after a reload of the configuration.
        this.worker = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queueSize()),
                Thread.ofPlatform().name("tokens").daemon().factory());
        worker.allowCoreThreadTimeOut(true);
    }

    /**
     * Ready to verify tokens with the keys of the file that {@code settings} name.
     *
     * @throws ConfigException if that is not a file of keys
     */
    public static Tokens of(ServiceConfig.Tokens settings, InstantSource clock, TokenCounts counts) {
        return new Tokens(settings, SigningKeys.read(settings.keys()), clock, counts);
    }

    private void evicted(@Nullable Object hash, @Nullable Object verdict, RemovalCause cause) {
        if (cause == RemovalCause.SIZE) {
            counts.evicted();
        }
    }

    /** What is known already, or null. */
    public @Nullable TokenVerdict known(KeyHash hash) {
        TokenVerdict known = find(hash);
        counts.looked(known != null);
        return known;
    }

    private @Nullable TokenVerdict find(KeyHash hash) {
        TokenVerdict.Proven good = proven.getIfPresent(hash);
        if (good != null) {
            if (clock.millis() < good.expiresAt()) {
                return good;
            }
            proven.invalidate(hash);
            TokenVerdict.Refused expired = new TokenVerdict.Refused(Denial.TOKEN_EXPIRED);
            refused.put(hash, expired);
            return expired;
        }
        return refused.getIfPresent(hash);
    }

    /** Finds out about a token that is not known yet. Many who ask for the same one wait for one answer; it never fails. */
    public CompletableFuture<TokenVerdict> verify(KeyHash hash, String token) {
        CompletableFuture<TokenVerdict> mine = new CompletableFuture<>();
        CompletableFuture<TokenVerdict> others = pending.putIfAbsent(hash, mine);
        if (others != null) {
            return others;
        }
        TokenVerdict meanwhile = find(hash);
        if (meanwhile != null) {
            finish(hash, mine, meanwhile);
            return mine;
        }
        try {
            worker.execute(() -> finish(hash, mine, look(hash, token)));
        } catch (RejectedExecutionException full) {
            finish(hash, mine, TokenVerdict.Busy.INSTANCE);
        }
        return mine;
    }

    private TokenVerdict look(KeyHash hash, String token) {
        try {
            TokenVerdict verdict = verifier.verify(token, () -> signatures.take(System.nanoTime()));
            switch (verdict) {
                case TokenVerdict.Proven good -> proven.put(hash, good);
                case TokenVerdict.Refused bad -> refused.put(hash, bad);
                case TokenVerdict.Busy _ -> {}
            }
            return verdict;
        } catch (RuntimeException e) {
            // Nobody may wait for ever, and no token may be accepted because something broke.
            LOG.error("A token could not be looked at because of a fault of the service", e);
            return new TokenVerdict.Refused(Denial.TOKEN_MALFORMED);
        }
    }

    private void finish(KeyHash hash, CompletableFuture<TokenVerdict> waiting, TokenVerdict verdict) {
        pending.remove(hash);
        waiting.complete(verdict);
    }

    /** Proven tokens that are remembered. */
    public long cached() {
        return proven.estimatedSize();
    }

    /** Refused tokens that are remembered. */
    public long cachedRefusals() {
        return refused.estimatedSize();
    }

    /** Tokens that wait to be looked at. */
    public int waiting() {
        return worker.getQueue().size();
    }

    /** Keys that tokens may be signed with. */
    public int keys() {
        return keys;
    }
}
