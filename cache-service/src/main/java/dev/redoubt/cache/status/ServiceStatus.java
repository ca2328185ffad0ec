package dev.redoubt.cache.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.lifecycle.LiveConfiguration;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.mode.Affected;
import dev.redoubt.cache.mode.Mode;
import dev.redoubt.cache.mode.ModeView;
import dev.redoubt.cache.near.NearView;
import dev.redoubt.cache.redis.LinkFailure;
import dev.redoubt.cache.redis.LinkView;
import dev.redoubt.cache.redis.RedisEndpoint;
import dev.redoubt.cache.region.Regions;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/status} says. It tells where the service's Redis is and how it does, never a password.
 *
 * @param mode the worse one of the two Redis
 * @param since since when that is the mode
 * @param why why it is not NORMAL
 * @param redis the Redis of the caches
 * @param state the Redis for what must not be evicted, if there is one
 * @param nearCache whether values are kept in memory
 * @param regions the named caches
 * @param rateLimits the token buckets
 * @param configuration whether the configuration file is in effect
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceStatus(
        Mode mode,
        Instant since,
        @Nullable String why,
        Link redis,
        @Nullable Link state,
        NearCache nearCache,
        List<Region> regions,
        List<RateLimit> rateLimits,
        Configuration configuration) {

    /**
     * Whether values are kept in the memory of the service.
     *
     * @param why what Redis said, when it will not tell about changes
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NearCache(boolean on, @Nullable String why) {}

    /**
     * The link to one Redis.
     *
     * @param mode how well the service can work with it
     * @param affected what requests feel of that
     * @param connected whether it can be used
     * @param since since when it is in that mode
     * @param endpoint {@code host:port}, once known
     * @param tls whether it is encrypted
     * @param server name and version of the server that answered last
     * @param reason why it cannot be used, or takes no writes, one word of a closed set
     * @param why the same as a sentence
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Link(
            Mode mode,
            List<Affected> affected,
            boolean connected,
            Instant since,
            @Nullable String endpoint,
            @Nullable Boolean tls,
            @Nullable String server,
            @Nullable String reason,
            @Nullable String why) {

        static Link of(LinkView view, ModeView mode) {
            RedisEndpoint endpoint = view.endpoint();
            LinkFailure failure = view.failure() == null ? view.writesRefused() : view.failure();
            return new Link(
                    mode.mode(),
                    mode.affected(),
                    view.up(),
                    mode.since(),
                    endpoint == null ? null : endpoint.address(),
                    endpoint == null ? null : endpoint.tls(),
                    view.server(),
                    failure == null ? null : failure.reason().name(),
                    failure == null ? null : failure.message());
        }
    }

    /** A token bucket. */
    public record RateLimit(
            String name,
            long capacity,
            String refillPeriod,
            dev.redoubt.cache.limit.RateLimit.WhenUnavailable whenUnavailable) {}

    /**
     * What is in effect of service.yaml.
     *
     * @param since when it took effect
     * @param current whether the file as it is now is in effect
     * @param why why it is not
     * @param afterRestart keys that say otherwise than what is in effect, until the next start
     * @param sha256 of the file as it was looked at last, in hexadecimal
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Configuration(
            Instant since, boolean current, @Nullable String why, List<String> afterRestart, String sha256) {
        /** Of what is in effect now. */
        public static Configuration of(LiveConfiguration.State state) {
            return new Configuration(
                    state.since(), state.problem() == null, state.problem(), state.afterRestart(), state.sha256());
        }
    }

    /** A named cache and how long its values live at most. */
    public record Region(String name, String ttl) {}

    /** The status that follows from the links and their modes. */
    public static ServiceStatus of(
            LinkView redis,
            ModeView redisMode,
            @Nullable LinkView state,
            @Nullable ModeView stateMode,
            NearView near,
            Regions regions,
            RateLimits limits,
            LiveConfiguration.State configuration) {
        ModeView worse = stateMode != null && stateMode.mode().compareTo(redisMode.mode()) > 0 ? stateMode : redisMode;
        return new ServiceStatus(
                worse.mode(),
                worse.since(),
                worse.why(),
                Link.of(redis, redisMode),
                state == null || stateMode == null ? null : Link.of(state, stateMode),
                new NearCache(near.on(), near.refusal()),
                regions.all().stream()
                        .map(region -> new Region(region.name(), Durations.print(region.ttl())))
                        .toList(),
                limits.all().stream()
                        .map(limit -> new RateLimit(
                                limit.name(),
                                limit.capacity(),
                                Durations.print(limit.period()),
                                limit.whenUnavailable()))
                        .toList(),
                Configuration.of(configuration));
    }
}
