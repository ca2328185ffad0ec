package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.hot.Route;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.Verdict;
import dev.redoubt.cache.mode.Affected;
import dev.redoubt.cache.mode.Mode;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.LinkFailure;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document that the service serves is what the service does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiIT {

    private static final Set<String> METHODS = Set.of("get", "head", "put", "delete", "post", "patch");

    private RedisServer redis;
    private Service service;
    private JsonNode document;

    /** What examples keep of an answer for those after them: header values by name, written ${name}. */
    private final Map<String, String> saved = new HashMap<>();

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        service = Service.with(
                directory, redis.binding(), "rateLimits: [{name: websocket, capacity: 100, refillPeriod: 1h}]\n");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                .equals("NORMAL"));
        HttpResponse<String> answer = service.get("/v1/openapi.json");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        document = JsonMapper.shared().readTree(answer.body());
    }

    @AfterAll
    void end() {
        service.close();
        redis.close();
    }

    private record Operation(String path, String method, JsonNode node) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(member -> {
                    if (METHODS.contains(member.getKey())) {
                        all.add(new Operation(path.getKey(), member.getKey(), member.getValue()));
                    }
                }));
        return all;
    }

    @Test
    void isOpenApi31() {
        assertThat(document.get("openapi").asString()).startsWith("3.1");
        Set<String> ids = new HashSet<>();
        for (Operation operation : operations()) {
            assertThat(operation.node().get("summary").asString())
                    .as(operation.toString())
                    .isNotBlank();
            assertThat(ids.add(operation.node().get("operationId").asString()))
                    .as(operation.toString())
                    .isTrue();
            assertThat(operation.node().get("responses").size())
                    .as(operation.toString())
                    .isPositive();
        }
        assertEveryReferenceLeadsSomewhere(document);
    }

    @Test
    void everyExampleIsAnsweredAsItIsWritten() throws Exception {
        for (Operation operation : operations()) {
            JsonNode requests = operation.node().path("x-requests");
            assertThat(requests.size()).as("examples of " + operation).isPositive();
            for (JsonNode request : requests) {
                send(operation, request);
            }
        }
    }

    private void send(Operation operation, JsonNode request) throws Exception {
        // An example may need a request of another kind before it.
        boolean another = request.has("method");
        String method = (another ? request.get("method").asString() : operation.method()).toUpperCase(Locale.ROOT);
        JsonNode asked = another
                ? document.at("/paths/"
                        + request.path("of").asString(operation.path()).replace("/", "~1") + "/"
                        + request.get("method").asString())
                : operation.node();
        String key = request.has("key") ? request.get("key").asString() : Service.ALL;
        var builder = service.request(
                method,
                request.get("path").asString(),
                key.isEmpty() ? null : key,
                request.has("body") ? request.get("body").asString() : null);
        if (request.has("contentType") && request.has("body")) {
            builder.header("Content-Type", request.get("contentType").asString());
        }
        request.path("headers")
                .properties()
                .forEach(header -> builder.header(
                        header.getKey(), filledIn(header.getValue().asString())));
        HttpResponse<String> answer = service.text(builder);
        String what = method + " " + request + " answered " + answer.statusCode() + " " + answer.body();
        assertThat(answer.statusCode()).as(what).isEqualTo(request.get("status").asInt());
        JsonNode response = resolve(asked.get("responses").path(String.valueOf(answer.statusCode())));
        assertThat(response.isMissingNode()).as("documented: " + what).isFalse();
        for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
            JsonNode described = resolve(header.getValue());
            String value = answer.headers().firstValue(header.getKey()).orElse(null);
            if (described.path("required").asBoolean(false)) {
                assertThat(value).as(header.getKey() + " of " + what).isNotNull();
            }
            String pattern = described.path("schema").path("pattern").asString("");
            if (value != null && !pattern.isEmpty()) {
                assertThat(value).as(header.getKey() + " of " + what).containsPattern(pattern);
            }
        }
        request.path("save")
                .properties()
                .forEach(kept -> saved.put(
                        kept.getKey(),
                        answer.headers()
                                .firstValue(kept.getValue().asString())
                                .orElseThrow(() -> new AssertionError(what))));
        if (request.has("answer")) {
            assertThat(answer.body()).as(what).isEqualTo(request.get("answer").asString());
        }
        if (method.equals("HEAD") || answer.body().isEmpty()) {
            return;
        }
        String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        if (request.has("contentType") && answer.statusCode() == 200) {
            assertThat(type).as(what).isEqualTo(request.get("contentType").asString());
        } else {
            assertThat(response.path("content").has(type))
                    .as("content type " + type + " of " + what)
                    .isTrue();
        }
        JsonNode schema = response.path("content").path(type).path("schema");
        if (!schema.isMissingNode()) {
            conforms(what, schema, JsonMapper.shared().readTree(answer.body()));
        }
        if (request.has("code")) {
            assertThat(JsonMapper.shared().readTree(answer.body()).get("code").asString())
                    .as(what)
                    .isEqualTo(request.get("code").asString());
        }
    }

    private String filledIn(String text) {
        String filled = text;
        for (Map.Entry<String, String> one : saved.entrySet()) {
            filled = filled.replace("${" + one.getKey() + "}", one.getValue());
        }
        return filled;
    }

    /** What of JSON Schema the document uses; a member that the schema does not name is a mistake of the document. */
    private void conforms(String what, JsonNode unresolved, JsonNode value) {
        JsonNode schema = resolve(unresolved);
        switch (schema.path("type").asString("")) {
            case "object" -> {
                assertThat(value.isObject()).as(what).isTrue();
                schema.path("required").forEach(name -> assertThat(value.has(name.asString()))
                        .as(what + " has " + name)
                        .isTrue());
                if (schema.has("properties")) {
                    value.properties().forEach(member -> {
                        JsonNode of = schema.get("properties").path(member.getKey());
                        assertThat(of.isMissingNode())
                                .as(what + ": " + member.getKey() + " is documented")
                                .isFalse();
                        conforms(what + "." + member.getKey(), of, member.getValue());
                    });
                }
            }
            case "array" -> {
                assertThat(value.isArray()).as(what).isTrue();
                value.forEach(item -> conforms(what + "[]", schema.get("items"), item));
            }
            case "string" -> {
                assertThat(value.isString()).as(what).isTrue();
                if (schema.has("enum")) {
                    assertThat(words(schema.get("enum"))).as(what).contains(value.asString());
                }
            }
            case "boolean" -> assertThat(value.isBoolean()).as(what).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(what).isTrue();
            case "number" -> assertThat(value.isNumber()).as(what).isTrue();
            default ->
                assertThat(schema.has("type"))
                        .as(what + ": a schema without a type")
                        .isFalse();
        }
    }

    @Test
    void theDocumentHasEveryRouteThatIsServedAndNoOther() {
        Set<Route> documented = documented();
        // HEAD is GET without a body wherever it is no operation of its own.
        Set<Route> served = service.routes().stream()
                .filter(route -> !route.method().equals("HEAD") || documented.contains(route))
                .collect(Collectors.toSet());
        assertThat(documented).isEqualTo(served);
    }

    /** Not only the router knows it: an example of it is answered, with something else than that there is no such thing. */
    @Test
    void everyOperationAnswers() {
        for (Operation operation : operations()) {
            assertThat(own(operation))
                    .as("examples of " + operation + ", which are all sent")
                    .anySatisfy(
                            request -> assertThat(request.get("status").asInt()).isNotIn(404, 405));
        }
    }

    @Test
    void methodsThatTheDocumentDoesNotHaveAreNotAllowed() throws Exception {
        Set<Route> documented = documented();
        for (Operation operation : operations()) {
            String path = own(operation).getFirst().get("path").asString().split("\\?", 2)[0];
            for (String method : METHODS) {
                String upper = method.toUpperCase(Locale.ROOT);
                boolean read = upper.equals("HEAD") && documented.contains(new Route("GET", operation.path()));
                // For other methods than POST a colon is a part of the key.
                boolean another = operation.path().endsWith("}:incr");
                if (documented.contains(new Route(upper, operation.path())) || read || another) {
                    continue;
                }
                HttpResponse<String> refused = service.send(upper, path, Service.ALL, null);
                assertThat(refused.statusCode()).as(upper + " " + path).isEqualTo(405);
                assertThat(refused.headers().firstValue("Allow"))
                        .as(upper + " " + path)
                        .hasValueSatisfying(
                                allow -> assertThat(allow.split(",\\s*", -1)).doesNotContain(upper));
            }
        }
    }

    /** Its examples, without the requests of another kind that they need before them. */
    private static List<JsonNode> own(Operation operation) {
        List<JsonNode> requests = new ArrayList<>();
        operation.node().path("x-requests").forEach(request -> {
            if (!request.has("method")) {
                requests.add(request);
            }
        });
        return requests;
    }

    private Set<Route> documented() {
        return operations().stream()
                .map(operation -> new Route(operation.method().toUpperCase(Locale.ROOT), operation.path()))
                .collect(Collectors.toSet());
    }

    @Test
    void theEnumsAreThoseOfTheProgram() {
        Map<String, Set<String>> enums = new TreeMap<>();
        document.at("/components/schemas").properties().forEach(schema -> {
            if (schema.getValue().has("enum")) {
                enums.put(schema.getKey(), words(schema.getValue().get("enum")));
            }
        });
        assertThat(enums)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "Affected", words(Affected.values()),
                        "Code",
                                Stream.of(ProblemType.values())
                                        .map(ProblemType::code)
                                        .collect(Collectors.toSet()),
                        "Mode", words(Mode.values()),
                        "Reason", words(LinkFailure.Reason.values()),
                        "Source", words(Verdict.Source.values()),
                        "WhenUnavailable", words(RateLimit.WhenUnavailable.values())));
    }

    private static Set<String> words(Object[] constants) {
        return Stream.of(constants).map(Object::toString).collect(Collectors.toSet());
    }

    private static Set<String> words(JsonNode array) {
        Set<String> words = new HashSet<>();
        array.forEach(word -> words.add(word.asString()));
        return words;
    }

    @Test
    void everyCodeOfTheExamplesExists() {
        Set<String> codes = new HashSet<>();
        for (ProblemType type : ProblemType.values()) {
            codes.add(type.code());
        }
        for (Operation operation : operations()) {
            operation.node().path("x-requests").forEach(request -> {
                if (request.has("code")) {
                    assertThat(codes).contains(request.get("code").asString());
                }
            });
        }
    }

    private void assertEveryReferenceLeadsSomewhere(JsonNode node) {
        if (node.has("$ref")) {
            assertThat(resolve(node).isMissingNode()).as(node.toString()).isFalse();
        }
        node.forEach(this::assertEveryReferenceLeadsSomewhere);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref")
                ? resolve(document.at(node.get("$ref").asString().substring(1)))
                : node;
    }
}
