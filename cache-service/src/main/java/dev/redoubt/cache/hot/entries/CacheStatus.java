package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.accesslog.About;
import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Decision;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.Family;
import dev.redoubt.cache.hot.Policies;
import dev.redoubt.cache.hot.Query;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.hot.Route;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.metrics.Tier;
import dev.redoubt.cache.mode.Affected;
import dev.redoubt.cache.mode.ModeView;
import dev.redoubt.cache.near.Copy;
import dev.redoubt.cache.near.NearView;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.ETag;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a region and a key are doing, for whoever looks for a fault; whoever may read a region may ask:
 *
 * <pre>
 *   GET /v1/status/cache/{region}        mode, policy, near cache, statistics
 *   GET /v1/status/cache/{region}/{key}  where the value is, how long it lives, how large it is: never the value
 * </pre>
 *
 * <p>They are here and not in WebFlux because what is near is known to its event loop only.
 */
public final class CacheStatus implements Family {

    private static final String PATH = "/v1/status/cache";
    private static final String REGION = PATH + "/{region}";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Answer.Fixed NOT_FOUND = Answer.refusal(
            ProblemType.NOT_FOUND,
            "The status of a region is /v1/status/cache/{region}, that of a key /v1/status/cache/{region}/{key}.");
    private static final Answer.Fixed READ_ONLY = Answer.methodNotAllowed("GET, HEAD", "The status is to be read.");

    private final CacheEntries entries;
    private final Supplier<ModeView> mode;
    private final Supplier<NearView> near;

    /**
     * @param entries of the same event loop
     * @param mode that of the Redis of the caches
     * @param near whether there are near caches
     */
    public CacheStatus(CacheEntries entries, Supplier<ModeView> mode, Supplier<NearView> near) {
        this.entries = entries;
        this.mode = mode;
        this.near = near;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route("GET", REGION), new Route("GET", REGION + "/{key}"));
    }

    @Override
    public About about(String path, Policies policies) {
        return CacheEntries.about("status", path, PATH.length(), policies);
    }

    @Override
    public Decision decide(RequestHead head) {
        return switch (EntryTarget.parse(
                head.path(), PATH.length(), entries.loop().limits().key(), false)) {
            case EntryTarget.Invalid invalid -> Decision.refuse(Answer.refusal(invalid.problem()));
            case EntryTarget.All _ -> Decision.refuse(NOT_FOUND);
            case EntryTarget.Whole whole when !whole.verb().isEmpty() -> Decision.refuse(NOT_FOUND);
            case EntryTarget.Whole whole -> of(head, whole.region(), null);
            case EntryTarget.Entry entry -> of(head, entry.region(), entry.key());
        };
    }

    private Decision of(RequestHead head, String name, byte @Nullable [] key) {
        if (!WholeRegions.isRead(head)) {
            return Decision.refuse(READ_ONLY);
        }
        Region region = head.policies().regions().find(name);
        if (region == null) {
            return CacheEntries.unknownRegion();
        }
        if (!head.client().mayRead(region)) {
            return CacheEntries.forbidden(head, region, true);
        }
        Query query = Query.parse(head.query(), List.of());
        if (query.complaint() != null) {
            return CacheEntries.refuse(ProblemType.PARAMETER_INVALID, query.complaint());
        }
        return key == null
                ? new WholeRegions.Document(() -> status(region, head.policies()))
                : new OfKey(entries.context(head, region, Operation.GET, key));
    }

    private Map<String, Object> status(Region region, Policies policies) {
        ModeView now = mode.get();
        Map<String, Object> status = new LinkedHashMap<>(WholeRegions.policy(region));
        status.put("mode", now.mode());
        status.put(
                "affected",
                now.affected().stream().filter(one -> one != Affected.limits).toList());
        status.put("nearCache", Map.of("on", near.get().on()));
        status.put("statistics", policies.meters(region).statistics());
        return status;
    }

    /** The value is looked for as GET does it, and what is found is told of and not given. It is no read in the statistics. */
    private record OfKey(EntryContext context) implements Action {
        @Override
        public void run(Exchange exchange) {
            new Lookup(context) {
                @Override
                void found(StoredValue value, @Nullable Copy copy, Tier tier) {
                    tell(exchange, value, tier == Tier.NEAR ? "near" : "redis");
                }

                @Override
                void missing(@Nullable StoredValue expired) {
                    if (expired == null) {
                        exchange.answer(Read.MISS);
                    } else {
                        tell(exchange, expired, "expired");
                    }
                }

                @Override
                void stale(StoredValue value) {
                    tell(exchange, value, "stale-redis-down");
                }

                @Override
                void unavailable(Answer.Fixed why) {
                    exchange.answer(why);
                }
            }.start();
        }

        private void tell(Exchange exchange, StoredValue value, String where) {
            long now = context.loop().now();
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("region", context.region().name());
            status.put("detail", where);
            status.put("ttlMs", Math.clamp(value.createdAt() + value.ttl() - now, 0, value.ttl()));
            status.put("ageMs", Math.max(0, now - value.createdAt()));
            status.put("bytes", value.body().length);
            status.put("contentType", value.contentType());
            status.put("etag", ETag.of(value.version()));
            status.put("tags", value.tags().stream().map(StoredValue.Tag::name).toList());
            exchange.answer(Answer.json(HttpResponseStatus.OK, JSON.writeValueAsBytes(status)));
        }

        @Override
        public void refused(long nanos) {}
    }
}
