package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.metrics.Tier;
import dev.redoubt.cache.near.Copy;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.ETag;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** POST {region}:mget: many values at once, each from the near cache or from Redis, asked for in one go. */
record MultiGet(CacheEntries entries, RequestHead head, Region region, Body body) implements Action {

    @Override
    public void run(Exchange exchange) {
        List<String> keys;
        try {
            keys = Bulk.array(body.whole(), "keys").stream().map(this::key).toList();
        } catch (IllegalArgumentException e) {
            Bulk.malformed(exchange, String.valueOf(e.getMessage()));
            return;
        }
        Bulk bulk = new Bulk(exchange);
        bulk.expect(keys).forEach(result -> look(exchange, bulk, result));
    }

    private String key(JsonNode node) {
        return MultiSet.key(node, entries.loop().limits().key());
    }

    private void look(Exchange exchange, Bulk bulk, Map<String, Object> result) {
        byte[] key = String.valueOf(result.get("key")).getBytes(StandardCharsets.UTF_8);
        EntryContext context = entries.context(head, region, Operation.GET, key);
        new Lookup(context) {
            @Override
            void found(StoredValue value, @Nullable Copy copy, Tier tier) {
                context.meters().hit(tier, value.body().length);
                end(Outcome.HIT);
                put(result, value, tier == Tier.NEAR ? "near" : "redis");
                bulk.settled(result, 200, null);
            }

            @Override
            void missing(@Nullable StoredValue expired) {
                context.meters().miss();
                end(Outcome.MISS);
                bulk.settled(result, 404, ProblemType.CACHE_MISS.code());
            }

            @Override
            void stale(StoredValue value) {
                context.meters().stale(value.body().length);
                end(Outcome.STALE);
                put(result, value, "stale-redis-down");
                bulk.settled(result, 200, null);
            }

            @Override
            void unavailable(Answer.Fixed why) {
                end(Outcome.UNAVAILABLE);
                bulk.refused(result, why);
            }

            private void end(Outcome outcome) {
                context.meters().request(Operation.GET, outcome, exchange.elapsed());
            }

            private void put(Map<String, Object> result, StoredValue value, String detail) {
                long now = context.loop().now();
                result.put("etag", ETag.of(value.version()));
                result.put("contentType", value.contentType());
                result.put("age", value.age(now));
                result.put("ttl", value.left(now));
                result.put("detail", detail);
                String text = Bulk.text(value.body());
                if (text != null) {
                    result.put("text", text);
                } else {
                    result.put("base64", Base64.getEncoder().encodeToString(value.body()));
                }
            }
        }.start();
    }

    @Override
    public void refused(long nanos) {}
}
