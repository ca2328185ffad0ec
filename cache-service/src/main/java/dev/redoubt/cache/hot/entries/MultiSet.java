package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.ETag;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** POST {region}:mset: many values at once. Each is stored or not by itself: this is no transaction. */
record MultiSet(CacheEntries entries, RequestHead head, Region region, Body body) implements Action {

    /**
     * One element of the document.
     *
     * @param type content type
     */
    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    private record Item(String key, byte[] value, String type, Lifetime life, List<String> tags) {}

    @Override
    public void run(Exchange exchange) {
        List<Item> items = new ArrayList<>();
        try {
            for (JsonNode node : Bulk.array(body.whole(), "entries")) {
                items.add(item(node));
            }
        } catch (IllegalArgumentException e) {
            Bulk.malformed(exchange, String.valueOf(e.getMessage()));
            return;
        }
        Bulk bulk = new Bulk(exchange);
        List<Map<String, Object>> results =
                bulk.expect(items.stream().map(Item::key).toList());
        for (int i = 0; i < items.size(); i++) {
            store(exchange, bulk, items.get(i), results.get(i));
        }
    }

    static String key(JsonNode node, int most) {
        String key = node.isString() ? node.asString() : "";
        int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > most) {
            throw new IllegalArgumentException("A key is a string of 1 to " + most + " bytes.");
        }
        return key;
    }

    private Item item(JsonNode node) {
        String key = key(node.path("key"), entries.loop().limits().key());
        byte[] value = value(node);
        if (value.length > region.maxBytes()) {
            throw new IllegalArgumentException("A value may have " + region.maxBytes() + " bytes.");
        }
        String type = node.path("contentType").asString("");
        List<String> tags = Tags.checked(
                node.path("tags").values().stream().map(tag -> tag.asString("")).toList());
        if (!CacheEntries.isContentType(type) || tags == null) {
            throw new IllegalArgumentException("contentType has at most 255 ASCII characters. " + Tags.RULE);
        }
        JsonNode ttl = node.path("ttl");
        try {
            return new Item(
                    key,
                    value,
                    type,
                    Lifetime.of(region, ttl.isMissingNode() ? null : ttl.asString(""), entries.random()),
                    tags);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("ttl " + e.getMessage() + ".", e);
        }
    }

    private static byte[] value(JsonNode node) {
        JsonNode text = node.path("text");
        JsonNode base64 = node.path("base64");
        if (text.isString() && base64.isMissingNode()) {
            return text.asString().getBytes(StandardCharsets.UTF_8);
        }
        if (base64.isString() && text.isMissingNode()) {
            return Base64.getDecoder().decode(base64.asString());
        }
        throw new IllegalArgumentException("Each element has \"text\" or \"base64\".");
    }

    private void store(Exchange exchange, Bulk bulk, Item item, Map<String, Object> result) {
        EntryContext context =
                entries.context(head, region, Operation.PUT, item.key().getBytes(StandardCharsets.UTF_8));
        long version = entries.newVersion();
        byte[] envelope =
                StoredValue.head(version, context.loop().now(), item.life().ttlMillis(), item.type());
        byte[] whole = Arrays.copyOf(envelope, envelope.length + item.value().length);
        System.arraycopy(item.value(), 0, whole, envelope.length, item.value().length);
        Storing storing = new Storing(
                context, version, item.life().keepMillis(), envelope.length, Precondition.NONE, "", item.tags());
        storing.store(whole, new Storing.Ending() {
            @Override
            public void stored(boolean created) {
                result.put("etag", ETag.of(version));
                end(created ? Outcome.CREATED : Outcome.REPLACED, created ? 201 : 204, null);
            }

            @Override
            public void failed() {
                end(Outcome.REFUSED, 412, ProblemType.PRECONDITION_FAILED);
            }

            @Override
            public void leaseLost() {
                end(Outcome.REFUSED, 412, ProblemType.LEASE_LOST);
            }

            @Override
            public void unavailable(Answer.Fixed why) {
                context.meters().request(Operation.PUT, Outcome.UNAVAILABLE, exchange.elapsed());
                bulk.refused(result, why);
            }

            private void end(Outcome outcome, int status, @Nullable ProblemType problem) {
                context.meters().request(Operation.PUT, outcome, exchange.elapsed());
                bulk.settled(result, status, problem == null ? null : problem.code());
            }
        });
    }

    @Override
    public void refused(long nanos) {}
}
