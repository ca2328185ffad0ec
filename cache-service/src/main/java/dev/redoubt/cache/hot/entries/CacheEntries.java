package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Decision;
import dev.redoubt.cache.hot.Family;
import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.hot.Query;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a request wants of a cache entry, checks that its client may, and makes the action. */
public final class CacheEntries implements Family {

    private static final String PATH = "/v1/cache";
    private static final Answer.Fixed METHOD_NOT_ALLOWED =
            Answer.methodNotAllowed("GET, HEAD, PUT, DELETE", "A cache entry knows GET, HEAD, PUT and DELETE.");
    private static final List<String> NO_PARAMETERS = List.of();
    private static final List<String> OF_PUT = List.of("ttl");

    private final HotLoop loop;

    public CacheEntries(HotLoop loop) {
        this.loop = loop;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Decision decide(RequestHead head) {
        return switch (EntryTarget.parse(
                head.path(), PATH.length(), loop.limits().key())) {
            case EntryTarget.Elsewhere _ -> Decision.FORWARD;
            case EntryTarget.Invalid invalid -> Decision.refuse(Answer.refusal(invalid.problem()));
            case EntryTarget.Entry entry -> entry(head, entry);
        };
    }

    private Decision entry(RequestHead head, EntryTarget.Entry entry) {
        Operation operation = operation(head.method());
        if (operation == null) {
            return Decision.refuse(METHOD_NOT_ALLOWED);
        }
        Region region = head.policies().regions().find(entry.region());
        if (region == null) {
            return refuse(ProblemType.REGION_UNKNOWN, "GET /v1/status lists the regions.");
        }
        if (operation.reads() ? !head.client().mayRead(region) : !head.client().mayWrite(region)) {
            return refuse(
                    ProblemType.FORBIDDEN,
                    "Client " + head.client().name() + " may not " + (operation.reads() ? "read" : "write") + " region "
                            + region.name() + ".");
        }
        Query query = Query.parse(head.query(), operation == Operation.PUT ? OF_PUT : NO_PARAMETERS);
        if (query.complaint() != null) {
            return refuse(ProblemType.PARAMETER_INVALID, query.complaint());
        }
        EntryContext context = new EntryContext(
                loop, operation, region, head.policies().meters(region), redisKey(region, entry.key()));
        return switch (operation) {
            case GET, HEAD -> new Read(context);
            case DELETE -> new Delete(context);
            case PUT -> store(head, query, context);
        };
    }

    private Decision store(RequestHead head, Query query, EntryContext context) {
        String encoding = head.header(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding)) {
            return refuse(
                    ProblemType.ENCODING_UNSUPPORTED, "Send the value without Content-Encoding; it would not be kept.");
        }
        if (head.has(HttpHeaderNames.CONTENT_RANGE)) {
            return refuse(ProblemType.HEADER_INVALID, "A value is stored as a whole: send it without Content-Range.");
        }
        String given = head.header(HttpHeaderNames.CONTENT_TYPE);
        String type = given == null ? "" : given;
        if (type.length() > StoredValue.MAX_CONTENT_TYPE || !type.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return refuse(
                    ProblemType.HEADER_INVALID,
                    "The Content-Type has more than " + StoredValue.MAX_CONTENT_TYPE
                            + " characters, or one that is not ASCII.");
        }
        int limit = loop.limits().body();
        long length = head.contentLength();
        if (length > limit) {
            return new Decision.Refuse(
                    Answer.refusal(ProblemType.VALUE_TOO_LARGE, "A value may have " + limit + " bytes."), true);
        }
        Region region = context.region();
        Duration ttl = region.ttl();
        String asked = query.get("ttl");
        if (asked != null) {
            try {
                ttl = Durations.parse(asked);
            } catch (IllegalArgumentException e) {
                return refuse(ProblemType.PARAMETER_INVALID, "The parameter ttl " + e.getMessage() + ".");
            }
            if (ttl.isZero() || ttl.compareTo(region.ttl()) > 0) {
                return refuse(
                        ProblemType.PARAMETER_INVALID,
                        "The parameter ttl is out of bounds: region " + region.name() + " keeps values up to "
                                + Durations.print(region.ttl()) + ".");
            }
        }
        long millis = StoredValue.millis(ttl);
        return new Store(context, millis, new Body(StoredValue.head(loop.now(), millis, type), length, limit));
    }

    private static @Nullable Operation operation(String method) {
        return switch (method) {
            case "GET" -> Operation.GET;
            case "HEAD" -> Operation.HEAD;
            case "PUT" -> Operation.PUT;
            case "DELETE" -> Operation.DELETE;
            default -> null;
        };
    }

    private static byte[] redisKey(Region region, byte[] key) {
        byte[] prefix = region.keyPrefix();
        byte[] whole = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, whole, prefix.length, key.length);
        return whole;
    }

    private static Decision refuse(ProblemType type, String detail) {
        return Decision.refuse(Answer.refusal(type, detail));
    }
}
