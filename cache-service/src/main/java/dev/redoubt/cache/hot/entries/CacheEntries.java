package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.accesslog.About;
import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Decision;
import dev.redoubt.cache.hot.Family;
import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.hot.Policies;
import dev.redoubt.cache.hot.Query;
import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.hot.Route;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.near.NearCache;
import dev.redoubt.cache.near.NearCaches;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.region.ETag;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.util.AsciiString;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a request wants of the caches, checks that its client may, and makes the action. */
public final class CacheEntries implements Family {

    static final AsciiString CACHE_TAG = AsciiString.cached("cache-tag");

    private static final String PATH = "/v1/cache";
    private static final String INCR = "incr";
    private static final Answer.Fixed METHOD_NOT_ALLOWED = Answer.methodNotAllowed(
            "GET, HEAD, PUT, DELETE", "A cache entry knows GET, HEAD, PUT, DELETE, and POST {key}:incr.");
    private static final List<String> OF_GET = List.of("lease", "wait");
    private static final List<String> OF_PUT = List.of("ttl");
    private static final List<String> OF_INCR = List.of("delta", "ttl");
    private static final List<String> NONE = List.of();

    private final HotLoop loop;
    private final NearCache near;
    private final Waiters waiters;
    private final WholeRegions wholes;
    private final String nearDetail;
    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    public CacheEntries(HotLoop loop, NearCaches nearCaches) {
        this.loop = loop;
        this.near = nearCaches.on(loop.redis());
        this.waiters = new Waiters(loop, near);
        this.wholes = new WholeRegions(this);
        this.nearDetail = "near; bound=" + nearCaches.settings().maxStale().toMillis();
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public List<Route> routes() {
        String entry = PATH + "/{region}/{key}";
        Stream<Route> ofEntries = Stream.of(Operation.values())
                .map(operation -> operation == Operation.INCR
                        ? new Route("POST", entry + ":" + INCR)
                        : new Route(operation.name(), entry));
        return Stream.concat(ofEntries, WholeRegions.routes(PATH)).toList();
    }

    @Override
    public About about(String path, Policies policies) {
        return about("cache", path, PATH.length(), policies);
    }

    /** Of a region that there is; what comes behind it is not looked at. */
    static About about(String family, String path, int prefix, Policies policies) {
        int end = prefix + 1;
        while (end < path.length() && path.charAt(end) != '/' && path.charAt(end) != ':') {
            end++;
        }
        Region region = path.length() > prefix ? policies.regions().find(path.substring(prefix + 1, end)) : null;
        return new About(family, "region", region == null ? "" : region.name());
    }

    HotLoop loop() {
        return loop;
    }

    NearCache near() {
        return near;
    }

    Waiters waiters() {
        return waiters;
    }

    /** What Cache-Status says of a value from the near cache: by how many milliseconds it may lag behind, at most. */
    String nearDetail() {
        return nearDetail;
    }

    SplittableRandom random() {
        return random;
    }

    /** The version of a value that is written: never the same twice. */
    long newVersion() {
        return random.nextLong();
    }

    /** The token of a lease. */
    String newToken() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    @Override
    public Decision decide(RequestHead head) {
        return switch (EntryTarget.parse(
                head.path(), PATH.length(), loop.limits().key(), head.method().equals("POST"))) {
            case EntryTarget.Invalid invalid -> Decision.refuse(Answer.refusal(invalid.problem()));
            case EntryTarget.Entry entry -> entry(head, entry);
            case EntryTarget.Whole whole -> wholes.decide(head, whole);
            case EntryTarget.All _ -> wholes.list(head);
        };
    }

    private Decision entry(RequestHead head, EntryTarget.Entry entry) {
        Operation operation = operation(head.method());
        if (operation == null || (operation == Operation.INCR && entry.verb().isEmpty())) {
            return Decision.refuse(METHOD_NOT_ALLOWED);
        }
        if (operation == Operation.INCR && !entry.verb().equals(INCR)) {
            return refuse(ProblemType.NOT_FOUND, "The one verb of an entry is incr: POST …/{key}:incr.");
        }
        Region region = head.policies().regions().find(entry.region());
        if (region == null) {
            return unknownRegion();
        }
        if (operation.reads() ? !head.client().mayRead(region) : !head.client().mayWrite(region)) {
            return forbidden(head, region, operation.reads());
        }
        EntryContext context = context(head, region, operation, entry.key());
        return switch (operation) {
            case GET, HEAD -> read(head, context);
            case DELETE -> delete(head, context);
            case PUT -> store(head, context);
            case INCR -> increment(head, context);
        };
    }

    EntryContext context(RequestHead head, Region region, Operation operation, byte[] key) {
        return new EntryContext(
                this, operation, region, head.policies().meters(region), key, new Key(region.valueKey(key)));
    }

    private Decision read(RequestHead head, EntryContext context) {
        LeaseWish lease = null;
        if (!head.query().isEmpty()) {
            Query query = Query.parse(head.query(), context.operation() == Operation.GET ? OF_GET : NONE);
            if (query.complaint() != null) {
                return refuse(ProblemType.PARAMETER_INVALID, query.complaint());
            }
            try {
                lease = lease(query);
            } catch (IllegalArgumentException e) {
                return refuse(ProblemType.PARAMETER_INVALID, "The parameter " + e.getMessage() + ".");
            }
            if (lease != null && !head.client().mayWrite(context.region())) {
                return forbidden(head, context.region(), false);
            }
        }
        String noneMatch = head.header(HttpHeaderNames.IF_NONE_MATCH);
        String control = head.header(HttpHeaderNames.CACHE_CONTROL);
        return new Read(
                context,
                noneMatch == null ? null : ETag.parse(noneMatch, true),
                control != null && control.contains("no-cache"),
                lease);
    }

    private static @Nullable LeaseWish lease(Query query) {
        String lease = query.get("lease");
        String wait = query.get("wait");
        if (lease == null) {
            if (wait != null) {
                throw new IllegalArgumentException("wait is for a request with lease");
            }
            return null;
        }
        return new LeaseWish(
                bounded("lease", lease, Duration.ofMillis(100), LeaseWish.LONGEST_LEASE),
                wait == null ? Duration.ZERO : bounded("wait", wait, Duration.ZERO, LeaseWish.LONGEST_WAIT));
    }

    private static Duration bounded(String name, String text, Duration least, Duration most) {
        Duration duration;
        try {
            duration = Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage(), e);
        }
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    name + " is out of bounds: write " + Durations.print(least) + " to " + Durations.print(most));
        }
        return duration;
    }

    private static Decision delete(RequestHead head, EntryContext context) {
        Precondition precondition = Precondition.of(head);
        return precondition == null ? badPrecondition() : noQuery(head, new Delete(context, precondition));
    }

    private static Decision noQuery(RequestHead head, Decision decision) {
        Query query = Query.parse(head.query(), NONE);
        return query.complaint() == null ? decision : refuse(ProblemType.PARAMETER_INVALID, query.complaint());
    }

    private Decision store(RequestHead head, EntryContext context) {
        Region region = context.region();
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
        if (!isContentType(type)) {
            return refuse(
                    ProblemType.HEADER_INVALID,
                    "The Content-Type has more than " + StoredValue.MAX_CONTENT_TYPE
                            + " characters, or one that is not ASCII.");
        }
        List<String> tags = Tags.parse(head.header(CACHE_TAG));
        if (tags == null) {
            return refuse(ProblemType.HEADER_INVALID, "Cache-Tag: " + Tags.RULE);
        }
        Precondition precondition = Precondition.of(head);
        if (precondition == null) {
            return badPrecondition();
        }
        long length = head.contentLength();
        if (length > region.maxBytes()) {
            return new Decision.Refuse(
                    Answer.refusal(
                            ProblemType.VALUE_TOO_LARGE,
                            "A value of region " + region.name() + " may have " + region.maxBytes() + " bytes."),
                    true);
        }
        Query query = Query.parse(head.query(), OF_PUT);
        if (query.complaint() != null) {
            return refuse(ProblemType.PARAMETER_INVALID, query.complaint());
        }
        Lifetime life;
        try {
            life = Lifetime.of(region, query.get("ttl"), random);
        } catch (IllegalArgumentException e) {
            return refuse(ProblemType.PARAMETER_INVALID, "The parameter ttl " + e.getMessage() + ".");
        }
        String lease = head.header(Loading.CACHE_LEASE);
        long version = newVersion();
        byte[] envelope = StoredValue.head(version, loop.now(), life.ttlMillis(), type);
        return new Store(
                new Storing(
                        context,
                        version,
                        life.keepMillis(),
                        envelope.length,
                        precondition,
                        lease == null ? "" : lease,
                        tags),
                new Body(envelope, length, region.maxBytes()));
    }

    static boolean isContentType(String type) {
        return type.length() <= StoredValue.MAX_CONTENT_TYPE && type.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private Decision increment(RequestHead head, EntryContext context) {
        Query query = Query.parse(head.query(), OF_INCR);
        if (query.complaint() != null) {
            return refuse(ProblemType.PARAMETER_INVALID, query.complaint());
        }
        Lifetime life;
        try {
            life = Lifetime.of(context.region(), query.get("ttl"), random);
        } catch (IllegalArgumentException e) {
            return refuse(ProblemType.PARAMETER_INVALID, "The parameter ttl " + e.getMessage() + ".");
        }
        String asked = query.get("delta");
        long delta;
        try {
            delta = asked == null ? 1 : Long.parseLong(asked);
        } catch (NumberFormatException e) {
            delta = Long.MIN_VALUE;
        }
        if (Math.abs(delta) > Increment.MOST || delta == Long.MIN_VALUE) {
            return refuse(
                    ProblemType.PARAMETER_INVALID,
                    "The parameter delta is not a whole number within ±" + Increment.MOST + ".");
        }
        long version = newVersion();
        return new Increment(
                context,
                delta,
                StoredValue.head(version, loop.now(), life.ttlMillis(), "application/json"),
                life.keepMillis(),
                version);
    }

    private static @Nullable Operation operation(String method) {
        return switch (method) {
            case "GET" -> Operation.GET;
            case "HEAD" -> Operation.HEAD;
            case "PUT" -> Operation.PUT;
            case "DELETE" -> Operation.DELETE;
            case "POST" -> Operation.INCR;
            default -> null;
        };
    }

    static Decision unknownRegion() {
        return refuse(ProblemType.REGION_UNKNOWN, "GET /v1/cache lists the regions.");
    }

    static Decision forbidden(RequestHead head, Region region, boolean reads) {
        return refuse(
                ProblemType.FORBIDDEN,
                "Client " + head.client().name() + " may not " + (reads ? "read" : "write") + " region " + region.name()
                        + ".");
    }

    private static Decision badPrecondition() {
        return refuse(
                ProblemType.HEADER_INVALID,
                "If-Match and If-None-Match: write one of them, as * or as a list of entity tags in double quotes.");
    }

    static Decision refuse(ProblemType type, String detail) {
        return Decision.refuse(Answer.refusal(type, detail));
    }
}
