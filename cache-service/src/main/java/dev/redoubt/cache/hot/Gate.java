package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Authenticator;
import dev.redoubt.cache.access.Caller;
import dev.redoubt.cache.access.Client;
import dev.redoubt.cache.access.Denial;
import dev.redoubt.cache.access.Identity;
import dev.redoubt.cache.accesslog.About;
import dev.redoubt.cache.metrics.Denials;
import dev.redoubt.cache.problem.ProblemType;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a request from its head: is it HTTP, who asks, and whose affair is it. Everything that enters the service passes here,
 * also what WebFlux answers: whoever adds a route there cannot forget to ask for a key. Not thread-safe: there is one per event loop.
 */
final class Gate {

    private static final Map<Denial, Answer.Fixed> DENIED = denied();
    private static final Answer.Fixed BUSY = Answer.refusal(
            ProblemType.AUTHENTICATION_BUSY,
            "Tokens that are seen for the first time are verified so many a second; this one was not looked at.");

    private final Authenticator authenticator;
    private final Denials denials;
    private final List<Family> families;

    Gate(Authenticator authenticator, Denials denials, List<Family> families) {
        this.authenticator = authenticator;
        this.denials = denials;
        this.families = List.copyOf(families);
    }

    Decision decide(HttpRequest request, Policies policies, Caller caller, long now) {
        caller.asks(null);
        Answer.Fixed malformed = malformed(request);
        if (malformed != null) {
            return new Decision.Refuse(malformed, true);
        }
        Target target = Target.parse(request.uri());
        Decision decision = target instanceof Target.Resource resource && isProbe(resource)
                ? Decision.FORWARD
                : authenticated(request, target, policies, caller, now);
        // A client that was refused instead of told to continue may or may not send its body: that cannot be read any
        // further.
        return decision instanceof Decision.Refuse refuse && HttpUtil.is100ContinueExpected(request)
                ? new Decision.Refuse(refuse.answer(), true)
                : decision;
    }

    private Decision authenticated(HttpRequest request, Target target, Policies policies, Caller caller, long now) {
        String header = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        return switch (authenticator.identify(policies.access(), header, caller, now)) {
            case Identity.Known known -> {
                caller.asks(known.client());
                yield authorized(request, target, policies, known.client());
            }
            case Identity.Unknown unknown -> {
                denials.count(unknown.why());
                yield Decision.refuse(Objects.requireNonNull(DENIED.get(unknown.why())));
            }
            case Identity.Unverified holder -> new Decision.Prove(policies.access(), holder);
            case Identity.Busy _ -> Decision.refuse(BUSY);
        };
    }

    private Decision authorized(HttpRequest request, Target target, Policies policies, Client client) {
        return switch (target) {
            case Target.Invalid invalid -> Decision.refuse(Answer.refusal(invalid.problem()));
            case Target.Resource resource -> {
                Family family = familyOf(resource.path());
                Decision decision = family == null
                        ? Decision.FORWARD
                        : family.decide(new RequestHead(request, resource.path(), resource.query(), client, policies));
                if (decision instanceof Decision.Refuse refuse
                        && refuse.answer().problem() == ProblemType.FORBIDDEN) {
                    denials.count(client);
                }
                yield decision;
            }
        };
    }

    /** What a request was about, for the access log. */
    About about(String uri, Policies policies) {
        if (Target.parse(uri) instanceof Target.Resource resource) {
            Family family = familyOf(resource.path());
            if (family != null) {
                return family.about(resource.path(), policies);
            }
        }
        return About.SERVICE;
    }

    List<Route> routes() {
        return families.stream().flatMap(family -> family.routes().stream()).toList();
    }

    private @Nullable Family familyOf(String path) {
        for (Family family : families) {
            String prefix = family.path();
            if (path.startsWith(prefix)
                    && (path.length() == prefix.length()
                            || path.charAt(prefix.length()) == '/'
                            || path.charAt(prefix.length()) == ':')) {
                return family;
            }
        }
        return null;
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

    private static boolean isProbe(Target.Resource resource) {
        return resource.query().isEmpty()
                && (resource.path().equals("/livez") || resource.path().equals("/readyz"));
    }

    /** One answer for each reason: they may be given by the thousand. */
    private static Map<Denial, Answer.Fixed> denied() {
        Map<Denial, Answer.Fixed> answers = new EnumMap<>(Denial.class);
        for (Denial why : Denial.values()) {
            Answer.Fixed answer =
                    Answer.refusal(why.isForbidden() ? ProblemType.FORBIDDEN : ProblemType.UNAUTHORIZED, why.detail());
            answers.put(
                    why,
                    why.isForbidden()
                            ? answer
                            : answer.with(
                                    HttpHeaderNames.WWW_AUTHENTICATE,
                                    AsciiString.cached("Bearer realm=\"redoubt\""
                                            + (why.isInvalidToken() ? ", error=\"invalid_token\"" : ""))));
        }
        return answers;
    }
}
