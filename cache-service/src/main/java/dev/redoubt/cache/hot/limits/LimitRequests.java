package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.accesslog.About;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Decision;
import dev.redoubt.cache.hot.Family;
import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.hot.Percent;
import dev.redoubt.cache.hot.Policies;
import dev.redoubt.cache.hot.Query;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.hot.Route;
import dev.redoubt.cache.limit.LocalBuckets;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.metrics.LimitMeters;
import dev.redoubt.cache.metrics.LimitOperation;
import dev.redoubt.cache.problem.ProblemType;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits:
 *
 * <pre>
 *   POST   /v1/limits/{limit}/{client}:take?cost=1   takes tokens, all or none
 *   GET    /v1/limits/{limit}/{client}               looks into the bucket
 *   DELETE /v1/limits/{limit}/{client}               fills it up
 *   POST   /v1/limits:take                           many takes at once
 * </pre>
 */
public final class LimitRequests implements Family {

    private static final String PATH = "/v1/limits";
    private static final String TAKE = ":take";
    private static final String BUCKET = PATH + "/{limit}/{client}";

    private static final Answer.Fixed NOT_FOUND = Answer.refusal(
            ProblemType.NOT_FOUND,
            "A bucket is /v1/limits/{limit}/{client}; POST to it with :take behind it, or to /v1/limits:take.");
    private static final Answer.Fixed TAKE_IS_POST = Answer.methodNotAllowed("POST", "Tokens are taken with POST.");
    private static final Answer.Fixed BUCKET_METHODS = Answer.methodNotAllowed(
            "GET, DELETE", "A bucket knows GET and DELETE; tokens are taken with POST and :take behind its path.");

    private final HotLoop loop;
    private final Limiter limiter;

    /**
     * @param local the buckets of this replica, shared by all loops
     * @param replicas how many replicas live
     */
    public LimitRequests(HotLoop loop, LocalBuckets local, Replicas replicas) {
        this.loop = loop;
        this.limiter = new Limiter(new Buckets(loop), local, replicas::live);
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public List<Route> routes() {
        Stream<Route> ofBuckets = Stream.of(LimitOperation.values()).map(operation -> switch (operation) {
            case TAKE -> new Route("POST", BUCKET + TAKE);
            case PEEK -> new Route("GET", BUCKET);
            case RESET -> new Route("DELETE", BUCKET);
        });
        return Stream.concat(ofBuckets, Stream.of(new Route("POST", PATH + TAKE)))
                .toList();
    }

    @Override
    public About about(String path, Policies policies) {
        int slash = path.indexOf('/', PATH.length() + 1);
        RateLimit limit = slash < 0 ? null : policies.limits().find(path.substring(PATH.length() + 1, slash));
        return new About("limits", "limit", limit == null ? "" : limit.name());
    }

    @Override
    public Decision decide(RequestHead head) {
        String path = head.path();
        if (path.length() == PATH.length() + TAKE.length() && path.endsWith(TAKE)) {
            return bulk(head);
        }
        int slash = path.indexOf('/', PATH.length() + 1);
        if (slash < 0 || path.charAt(PATH.length()) != '/' || path.indexOf('/', slash + 1) >= 0) {
            return Decision.refuse(NOT_FOUND);
        }
        boolean take = path.endsWith(TAKE);
        String client = path.substring(slash + 1, take ? path.length() - TAKE.length() : path.length());
        return bucket(head, path.substring(PATH.length() + 1, slash), client, take);
    }

    private Decision bucket(RequestHead head, String limitText, String clientText, boolean take) {
        LimitOperation operation = operation(head.method(), take);
        if (operation == null) {
            return Decision.refuse(take ? TAKE_IS_POST : BUCKET_METHODS);
        }
        byte[] client = Percent.decode(clientText);
        String name = Percent.decodeText(limitText);
        String wrong = client == null || name == null
                ? "A % is not followed by two hex digits: write % as %25."
                : wrongClient(client);
        if (wrong != null || client == null || name == null) {
            return refuse(ProblemType.KEY_INVALID, String.valueOf(wrong));
        }
        RateLimit limit = head.policies().limits().find(name);
        if (limit == null) {
            return refuse(ProblemType.LIMIT_UNKNOWN, "GET /v1/status lists the limits.");
        }
        if (!head.client().mayLimit(limit)) {
            return refuse(
                    ProblemType.FORBIDDEN,
                    "Client " + head.client().name() + " may not use limit " + limit.name() + ".");
        }
        Query query = Query.parse(head.query(), operation == LimitOperation.TAKE ? List.of("cost") : List.of());
        if (query.complaint() != null) {
            return refuse(ProblemType.PARAMETER_INVALID, query.complaint());
        }
        LimitMeters meters = head.policies().meters(limit);
        return switch (operation) {
            case PEEK -> new Peek(limiter, limit, client, meters);
            case RESET -> new Reset(limiter, limit, client, meters);
            case TAKE -> {
                long cost = cost(query.get("cost"), limit);
                yield cost > 0
                        ? new Take(limiter, limit, client, cost, meters)
                        : refuse(ProblemType.PARAMETER_INVALID, wrongCost(limit));
            }
        };
    }

    private static @Nullable LimitOperation operation(String method, boolean take) {
        return switch (method) {
            case "POST" -> take ? LimitOperation.TAKE : null;
            case "GET" -> take ? null : LimitOperation.PEEK;
            case "DELETE" -> take ? null : LimitOperation.RESET;
            default -> null;
        };
    }

    private Decision bulk(RequestHead head) {
        if (!head.method().equals("POST")) {
            return Decision.refuse(TAKE_IS_POST);
        }
        if (!head.query().isEmpty()) {
            return refuse(ProblemType.PARAMETER_INVALID, "This request has no parameters: each item has its cost.");
        }
        if (head.contentLength() > BulkTake.MOST_BYTES) {
            return new Decision.Refuse(
                    Answer.refusal(
                            ProblemType.VALUE_TOO_LARGE,
                            "The list may have " + BulkTake.MOST_BYTES + " bytes; send several."),
                    true);
        }
        return new BulkTake(limiter, head, this::wrongClient);
    }

    /** What is wrong with the name of a client; null = nothing. */
    @Nullable
    String wrongClient(byte[] client) {
        int most = loop.limits().key();
        return client.length == 0
                ? "The client is empty."
                : client.length > most ? "The client has " + client.length + " bytes; " + most + " are allowed." : null;
    }

    /** The cost that was asked for, 1 when nothing was said; 0 when it is no cost for this limit. */
    private static long cost(@Nullable String text, RateLimit limit) {
        if (text == null) {
            return 1;
        }
        if (text.isEmpty() || text.length() > 7 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        long cost = Long.parseLong(text);
        return cost <= limit.capacity() ? cost : 0;
    }

    static String wrongCost(RateLimit limit) {
        return "cost is a whole number from 1 to " + limit.capacity() + ", the capacity of limit " + limit.name()
                + ": more can never be there at once, and to take nothing is to look, which is GET.";
    }

    private static Decision refuse(ProblemType type, String detail) {
        return Decision.refuse(Answer.refusal(type, detail));
    }
}
