package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Decision;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.Query;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.hot.Route;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.region.Region;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What is asked of a region as a whole, or of all of them: {@code /v1/cache}, {@code /v1/cache/{region}} and its verbs. */
final class WholeRegions {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> TAG = List.of("tag");
    private static final List<String> NONE = List.of();

    /** What is asked of one region. */
    private enum Verb {
        DELETE_BY_TAG("DELETE", ""),
        STATISTICS("GET", "stats"),
        MULTI_GET("POST", "mget"),
        MULTI_SET("POST", "mset");

        private final String method;
        private final String name;

        Verb(String method, String name) {
            this.method = method;
            this.name = name;
        }

        static @Nullable Verb named(String name) {
            for (Verb verb : values()) {
                if (verb.name.equals(name)) {
                    return verb;
                }
            }
            return null;
        }

        Route route(String prefix) {
            return new Route(method, prefix + "/{region}" + (name.isEmpty() ? "" : ":" + name));
        }
    }

    private final CacheEntries entries;

    WholeRegions(CacheEntries entries) {
        this.entries = entries;
    }

    static Stream<Route> routes(String prefix) {
        return Stream.concat(
                Stream.of(new Route("GET", prefix)), Stream.of(Verb.values()).map(verb -> verb.route(prefix)));
    }

    /** The regions and their policies, for any client. */
    Decision list(RequestHead head) {
        if (!isRead(head)) {
            return Decision.refuse(Answer.methodNotAllowed("GET, HEAD", "The list of the regions is to be read."));
        }
        List<Map<String, Object>> regions = new ArrayList<>();
        for (Region region : head.policies().regions().all()) {
            regions.add(policy(region));
        }
        return new Document(() -> Map.of("regions", regions));
    }

    /** What the configuration says of a region, with its defaults. */
    static Map<String, Object> policy(Region region) {
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("name", region.name());
        policy.put("ttl", Durations.print(region.ttl()));
        policy.put("maxTtl", Durations.print(region.maxTtl()));
        policy.put("staleFor", Durations.print(region.staleFor()));
        policy.put("jitterPercent", region.jitterPercent());
        policy.put("maxBytes", region.maxBytes());
        return policy;
    }

    Decision decide(RequestHead head, EntryTarget.Whole whole) {
        Region region = head.policies().regions().find(whole.region());
        if (region == null) {
            return CacheEntries.unknownRegion();
        }
        Verb verb = Verb.named(whole.verb());
        return switch (verb) {
            case DELETE_BY_TAG -> deleteByTag(head, region);
            case STATISTICS -> statistics(head, region);
            case MULTI_GET -> bulk(head, region, true);
            case MULTI_SET -> bulk(head, region, false);
            case null ->
                CacheEntries.refuse(ProblemType.NOT_FOUND, "The verbs of a region are :stats, :mget and :mset.");
        };
    }

    private Decision deleteByTag(RequestHead head, Region region) {
        if (!head.method().equals("DELETE")) {
            return Decision.refuse(Answer.methodNotAllowed(
                    "DELETE", "A region knows DELETE with ?tag=; a cache entry is /v1/cache/{region}/{key}."));
        }
        if (!head.client().mayWrite(region)) {
            return CacheEntries.forbidden(head, region, false);
        }
        Query query = Query.parse(head.query(), TAG);
        String tag = query.get("tag");
        if (query.complaint() != null || tag == null || !Tags.isTag(tag)) {
            return CacheEntries.refuse(ProblemType.PARAMETER_INVALID, "Say which values: ?tag={tag}. " + Tags.RULE);
        }
        return new DeleteByTag(new EntryContext(
                entries,
                Operation.DELETE,
                region,
                head.policies().meters(region),
                new byte[0],
                new Key(region.tagKey(tag))));
    }

    private Decision statistics(RequestHead head, Region region) {
        if (!isRead(head)) {
            return Decision.refuse(Answer.methodNotAllowed("GET, HEAD", "Statistics are to be read."));
        }
        if (!head.client().mayRead(region)) {
            return CacheEntries.forbidden(head, region, true);
        }
        return new Document(head.policies().meters(region)::statistics);
    }

    private Decision bulk(RequestHead head, Region region, boolean reads) {
        if (!head.method().equals("POST")) {
            return Decision.refuse(Answer.methodNotAllowed("POST", "This verb goes with POST and a JSON document."));
        }
        if (reads ? !head.client().mayRead(region) : !head.client().mayWrite(region)) {
            return CacheEntries.forbidden(head, region, reads);
        }
        Query query = Query.parse(head.query(), NONE);
        if (query.complaint() != null) {
            return CacheEntries.refuse(ProblemType.PARAMETER_INVALID, query.complaint());
        }
        int limit = entries.loop().limits().body();
        if (head.contentLength() > limit) {
            return new Decision.Refuse(
                    Answer.refusal(ProblemType.VALUE_TOO_LARGE, "The document may have " + limit + " bytes."), true);
        }
        Body body = new Body(head.contentLength(), limit);
        return reads ? new MultiGet(entries, head, region, body) : new MultiSet(entries, head, region, body);
    }

    static boolean isRead(RequestHead head) {
        return head.method().equals("GET") || head.method().equals("HEAD");
    }

    /** A document that is made when it is asked for. */
    record Document(Supplier<Object> content) implements Action {
        @Override
        public void run(Exchange exchange) {
            exchange.answer(
                    Answer.json(HttpResponseStatus.OK, JSON.writeValueAsBytes(Objects.requireNonNull(content.get()))));
        }

        @Override
        public void refused(long nanos) {}
    }
}
