package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Authenticator;
import dev.redoubt.cache.access.Client;
import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.Regions;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a request from its head. Everything that enters the service passes here, also what WebFlux answers: whoever adds a
 * route there cannot forget to ask for a key. Not thread-safe: there is one per event loop.
 */
final class Gate {

    private static final Answer.Fixed UNAUTHORIZED =
            Answer.refusal(ProblemType.UNAUTHORIZED, "Send an API key: Authorization: Bearer <key>.");
    private static final Answer.Fixed METHOD_NOT_ALLOWED =
            Answer.refusal(ProblemType.METHOD_NOT_ALLOWED, "A cache entry knows GET, HEAD, PUT and DELETE.");
    private static final Decision FORWARD = new Decision.Forward();

    private final Regions regions;
    private final Authenticator authenticator;
    private final ServiceConfig.Limits limits;

    Gate(Regions regions, Authenticator authenticator, ServiceConfig.Limits limits) {
        this.regions = regions;
        this.authenticator = authenticator;
        this.limits = limits;
    }

    Decision decide(HttpRequest request) {
        Answer.Fixed malformed = malformed(request);
        if (malformed != null) {
            return new Decision.Refuse(malformed, true);
        }
        Target target = Target.parse(request.uri(), limits.key());
        boolean awaitsContinue = HttpUtil.is100ContinueExpected(request);
        Decision decision = target instanceof Target.Elsewhere elsewhere && isProbe(elsewhere.path())
                ? FORWARD
                : authenticated(request, target, awaitsContinue);
        // A client that was refused instead of told to continue may or may not send its body: that cannot be read any
        // further.
        return decision instanceof Decision.Refuse refuse && awaitsContinue
                ? new Decision.Refuse(refuse.answer(), true)
                : decision;
    }

    private Decision authenticated(HttpRequest request, Target target, boolean awaitsContinue) {
        Client client = authenticator.authenticate(request.headers().get(HttpHeaderNames.AUTHORIZATION));
        if (client == null) {
            return refuse(UNAUTHORIZED);
        }
        return switch (target) {
            case Target.Invalid invalid -> refuse(Answer.refusal(invalid.problem()));
            case Target.Elsewhere _ -> FORWARD;
            case Target.Entry entry -> entry(request, entry, client, awaitsContinue);
        };
    }

    private Decision entry(HttpRequest request, Target.Entry entry, Client client, boolean awaitsContinue) {
        Operation operation = operation(request.method().name());
        if (operation == null) {
            return refuse(METHOD_NOT_ALLOWED);
        }
        Region region = regions.find(entry.region());
        if (region == null) {
            return refuse(ProblemType.REGION_UNKNOWN, "GET /v1/status lists the regions.");
        }
        if (operation.reads() ? !client.mayRead(region) : !client.mayWrite(region)) {
            return refuse(
                    ProblemType.FORBIDDEN,
                    "Client " + client.name() + " may not " + (operation.reads() ? "read" : "write") + " region "
                            + region.name() + ".");
        }
        if (operation == Operation.PUT) {
            return store(request, entry, region, awaitsContinue);
        }
        if (entry.ttl() != null) {
            return refuse(ProblemType.PARAMETER_INVALID, "The parameter ttl is only for PUT.");
        }
        return operation == Operation.DELETE
                ? new Decision.Delete(region, redisKey(region, entry.key()))
                : new Decision.Read(operation, region, redisKey(region, entry.key()));
    }

    private Decision store(HttpRequest request, Target.Entry entry, Region region, boolean awaitsContinue) {
        HttpHeaders headers = request.headers();
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding)) {
            return refuse(
                    ProblemType.ENCODING_UNSUPPORTED, "Send the value without Content-Encoding; it would not be kept.");
        }
        if (headers.contains(HttpHeaderNames.CONTENT_RANGE)) {
            return refuse(ProblemType.HEADER_INVALID, "A value is stored as a whole: send it without Content-Range.");
        }
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        if (type.length() > StoredValue.MAX_CONTENT_TYPE || !type.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return refuse(
                    ProblemType.HEADER_INVALID,
                    "The Content-Type has more than " + StoredValue.MAX_CONTENT_TYPE
                            + " characters, or one that is not ASCII.");
        }
        long length = HttpUtil.getContentLength(request, -1L);
        if (length > limits.body()) {
            return new Decision.Refuse(tooLarge(limits.body()), true);
        }
        Duration ttl = region.ttl();
        if (entry.ttl() != null) {
            try {
                ttl = Durations.parse(entry.ttl());
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
        return new Decision.Store(
                region, redisKey(region, entry.key()), StoredValue.millis(ttl), type, length, awaitsContinue);
    }

    static Answer.Fixed tooLarge(int limit) {
        return Answer.refusal(ProblemType.VALUE_TOO_LARGE, "A value may have " + limit + " bytes.");
    }

    private static Answer.@Nullable Fixed malformed(HttpRequest request) {
        DecoderResult decoded = request.decoderResult();
        if (decoded.isFailure()) {
            return switch (decoded.cause()) {
                case TooLongHttpLineException _ ->
                    Answer.refusal(ProblemType.URI_TOO_LONG, "Shorten the key, or raise limits.requestLine.");
                case TooLongHttpHeaderException _ ->
                    Answer.refusal(ProblemType.HEADERS_TOO_LARGE, "Send fewer header fields, or raise limits.headers.");
                default -> Answer.refusal(ProblemType.REQUEST_MALFORMED, "The head of the request is not HTTP/1.1.");
            };
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return Answer.refusal(ProblemType.REQUEST_MALFORMED, "Speak HTTP/1.1.");
        }
        HttpHeaders headers = request.headers();
        if (request.protocolVersion().minorVersion() > 0 && !headers.contains(HttpHeaderNames.HOST)) {
            return Answer.refusal(ProblemType.REQUEST_MALFORMED, "HTTP/1.1 wants a Host header.");
        }
        String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
        if (coding != null && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)) {
            return Answer.refusal(ProblemType.REQUEST_MALFORMED, "The only transfer coding is chunked.");
        }
        String expectation = headers.get(HttpHeaderNames.EXPECT);
        return expectation != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)
                ? Answer.refusal(ProblemType.EXPECTATION_FAILED, "The only expectation is 100-continue.")
                : null;
    }

    private static boolean isProbe(String path) {
        return path.equals("/livez") || path.equals("/readyz");
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

    private static Decision refuse(Answer.Fixed answer) {
        return new Decision.Refuse(answer, false);
    }

    private static Decision refuse(ProblemType type, String detail) {
        return refuse(Answer.refusal(type, detail));
    }
}
