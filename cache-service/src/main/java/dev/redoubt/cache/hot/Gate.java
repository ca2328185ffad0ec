package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Authenticator;
import dev.redoubt.cache.access.Client;
import dev.redoubt.cache.problem.ProblemType;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a request from its head: is it HTTP, who asks, and whose affair is it. Everything that enters the service passes here,
 * also what WebFlux answers: whoever adds a route there cannot forget to ask for a key. Not thread-safe: there is one per event loop.
 */
final class Gate {

    private static final Answer.Fixed UNAUTHORIZED =
            Answer.refusal(ProblemType.UNAUTHORIZED, "Send an API key: Authorization: Bearer <key>.");

    private final Authenticator authenticator;
    private final List<Family> families;

    Gate(Authenticator authenticator, List<Family> families) {
        this.authenticator = authenticator;
        this.families = List.copyOf(families);
    }

    Decision decide(HttpRequest request, Policies policies) {
        Answer.Fixed malformed = malformed(request);
        if (malformed != null) {
            return new Decision.Refuse(malformed, true);
        }
        Target target = Target.parse(request.uri());
        Decision decision = target instanceof Target.Resource resource && isProbe(resource)
                ? Decision.FORWARD
                : authenticated(request, target, policies);
        // A client that was refused instead of told to continue may or may not send its body: that cannot be read any
        // further.
        return decision instanceof Decision.Refuse refuse && HttpUtil.is100ContinueExpected(request)
                ? new Decision.Refuse(refuse.answer(), true)
                : decision;
    }

    private Decision authenticated(HttpRequest request, Target target, Policies policies) {
        Client client =
                authenticator.authenticate(policies.clients(), request.headers().get(HttpHeaderNames.AUTHORIZATION));
        if (client == null) {
            return Decision.refuse(UNAUTHORIZED);
        }
        return switch (target) {
            case Target.Invalid invalid -> Decision.refuse(Answer.refusal(invalid.problem()));
            case Target.Resource resource -> {
                Family family = familyOf(resource.path());
                yield family == null
                        ? Decision.FORWARD
                        : family.decide(new RequestHead(request, resource.path(), resource.query(), client, policies));
            }
        };
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
}
