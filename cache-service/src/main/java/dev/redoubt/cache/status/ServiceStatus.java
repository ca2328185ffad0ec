package dev.redoubt.cache.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.lifecycle.LiveConfiguration;
import dev.redoubt.cache.redis.LinkFailure;
import dev.redoubt.cache.redis.LinkView;
import dev.redoubt.cache.redis.RedisEndpoint;
import dev.redoubt.cache.region.Regions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /v1/status} says. It tells where the service's Redis is and how it does, never a password.
 *
 * @param mode NORMAL, or DEGRADED when a link to Redis is down
 * @param since since when that is the mode
 * @param why why it is not NORMAL
 * @param redis the Redis of the caches
 * @param state the Redis for what must not be evicted, if there is one
 * @param regions the named caches
 * @param configuration whether the configuration file is in effect
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceStatus(
        Mode mode,
        Instant since,
        @Nullable String why,
        Link redis,
        @Nullable Link state,
        List<Region> regions,
        Configuration configuration) {

    /** How well the service can do its work. */
    public enum Mode {
        NORMAL,
        DEGRADED
    }

    /**
     * The link to one Redis.
     *
     * @param connected whether it can be used
     * @param since since when that is so
     * @param endpoint {@code host:port}, once known
     * @param tls whether it is encrypted
     * @param server name and version of the server that answered last
     * @param reason why it cannot be used, one word of a closed set
     * @param why the same as a sentence
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Link(
            boolean connected,
            Instant since,
            @Nullable String endpoint,
            @Nullable Boolean tls,
            @Nullable String server,
            @Nullable String reason,
            @Nullable String why) {

        static Link of(LinkView view) {
            RedisEndpoint endpoint = view.endpoint();
            LinkFailure failure = view.failure();
            return new Link(
                    view.up(),
                    view.since(),
                    endpoint == null ? null : endpoint.address(),
                    endpoint == null ? null : endpoint.tls(),
                    view.server(),
                    failure == null ? null : failure.reason().name(),
                    failure == null ? null : failure.message());
        }
    }

    /**
     * What is in effect of service.yaml.
     *
     * @param since when it took effect
     * @param current whether the file as it is now is in effect
     * @param why why it is not
     * @param afterRestart keys that say otherwise than what is in effect, until the next start
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Configuration(
            Instant since, boolean current, @Nullable String why, List<String> afterRestart) {
        static Configuration of(LiveConfiguration.State state) {
            return new Configuration(state.since(), state.problem() == null, state.problem(), state.afterRestart());
        }
    }

    /** A named cache and how long its values live at most. */
    public record Region(String name, String ttl) {}

    /** The status that follows from the links. */
    public static ServiceStatus of(
            LinkView redis, @Nullable LinkView state, Regions regions, LiveConfiguration.State configuration) {
        List<LinkView> links =
                Stream.of(redis, state == null ? redis : state).distinct().toList();
        List<LinkView> down = links.stream().filter(link -> !link.up()).toList();
        Instant since = down.isEmpty()
                ? links.stream()
                        .map(LinkView::since)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()
                : down.stream()
                        .map(LinkView::since)
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
        LinkFailure failure = down.isEmpty() ? null : down.getFirst().failure();
        return new ServiceStatus(
                down.isEmpty() ? Mode.NORMAL : Mode.DEGRADED,
                since,
                failure == null ? null : failure.message(),
                Link.of(redis),
                state == null ? null : Link.of(state),
                regions.all().stream()
                        .map(region -> new Region(region.name(), Durations.print(region.ttl())))
                        .toList(),
                Configuration.of(configuration));
    }
}
