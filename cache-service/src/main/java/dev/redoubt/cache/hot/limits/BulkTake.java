package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.Verdict;
import dev.redoubt.cache.metrics.LimitMeters;
import dev.redoubt.cache.metrics.LimitOperation;
import dev.redoubt.cache.metrics.LimitOutcome;
import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes from many buckets at once: {@code [{"limit": "websocket", "client": "alice", "cost": 1}, …]}. Each item is decided by itself; the
 * results stand in the order of the items, each with the status that the item alone would have had.
 */
final class BulkTake implements Action {

    /** Bytes that the list may have. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int MOST_ITEMS = 100;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(3)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    private final Limiter limiter;
    private final RequestHead head;
    private final Function<byte[], @Nullable String> wrongClient;
    private final Body body;

    /** @param wrongClient what is wrong with the name of a client; null = nothing */
    BulkTake(Limiter limiter, RequestHead head, Function<byte[], @Nullable String> wrongClient) {
        this.limiter = limiter;
        this.head = head;
        this.wrongClient = wrongClient;
        this.body = new Body(head.contentLength(), MOST_BYTES);
    }

    /** One item of the list. */
    record Item(
            @Nullable String limit,
            @Nullable String client,
            @Nullable Long cost) {}

    @Override
    public Body body() {
        return body;
    }

    @Override
    public void run(Exchange exchange) {
        Item[] items;
        try {
            items = JSON.readValue(body.whole(), Item[].class);
        } catch (JacksonException e) {
            exchange.answer(Answer.refusal(
                    ProblemType.BODY_INVALID,
                    "The body is a list such as [{\"limit\": \"websocket\", \"client\": \"alice\", \"cost\": 1}]."));
            return;
        }
        if (items == null || items.length == 0 || items.length > MOST_ITEMS) {
            exchange.answer(Answer.refusal(
                    ProblemType.BODY_INVALID, "The list has 1 to " + MOST_ITEMS + " items; send several lists."));
            return;
        }
        Results results = new Results(exchange, items.length);
        for (int i = 0; i < items.length; i++) {
            take(items[i], i, results);
        }
    }

    private void take(@Nullable Item item, int index, Results results) {
        if (item == null || item.limit() == null || item.client() == null) {
            results.refused(index, ProblemType.BODY_INVALID, "An item has a limit and a client.");
            return;
        }
        byte[] client = item.client().getBytes(StandardCharsets.UTF_8);
        String wrong = wrongClient.apply(client);
        RateLimit limit = head.policies().limits().find(item.limit());
        long cost = item.cost() == null ? 1 : item.cost();
        if (wrong != null) {
            results.refused(index, ProblemType.KEY_INVALID, wrong);
        } else if (limit == null) {
            results.refused(index, ProblemType.LIMIT_UNKNOWN, "GET /v1/status lists the limits.");
        } else if (!head.client().mayLimit(limit)) {
            results.refused(index, ProblemType.FORBIDDEN, "This client may not use this limit.");
        } else if (cost < 1 || cost > limit.capacity()) {
            results.refused(index, ProblemType.PARAMETER_INVALID, LimitRequests.wrongCost(limit));
        } else {
            LimitMeters meters = head.policies().meters(limit);
            limiter.take(limit, client, cost, new Decided() {
                @Override
                public void verdict(Verdict verdict) {
                    meters.request(LimitOperation.TAKE, Take.outcome(verdict), results.elapsed());
                    results.verdict(index, verdict);
                }

                @Override
                public void unavailable(String why) {
                    meters.request(LimitOperation.TAKE, LimitOutcome.UNAVAILABLE, results.elapsed());
                    results.refused(index, ProblemType.TEMPORARY_REDUCED_CAPACITY, why);
                }
            });
        }
    }

    /** Whoever asked has had no decision, so no limit is to be counted. */
    @Override
    public void refused(long nanos) {}

    /** The results as they come in; the last one answers. On the event loop only. */
    private static final class Results {
        private final Exchange exchange;
        private final String[] results;
        private int missing;

        Results(Exchange exchange, int items) {
            this.exchange = exchange;
            this.results = new String[items];
            this.missing = items;
        }

        long elapsed() {
            return exchange.elapsed();
        }

        void verdict(int index, Verdict verdict) {
            StringBuilder json = new StringBuilder(128);
            json.append("{\"status\":").append(verdict.allowed() ? 200 : 429).append(',');
            put(index, LimitAnswer.members(json, verdict).append('}').toString());
        }

        void refused(int index, ProblemType type, String detail) {
            put(index, new String(new Problem(type, detail).toJson(), StandardCharsets.UTF_8));
        }

        private void put(int index, String json) {
            results[index] = json;
            if (--missing == 0) {
                String all = "{\"results\":[" + String.join(",", results) + "]}";
                exchange.answer(Answer.json(HttpResponseStatus.OK, all.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }
}
