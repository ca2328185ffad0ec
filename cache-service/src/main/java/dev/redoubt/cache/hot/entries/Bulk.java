package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.problem.ProblemType;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document of a bulk request, and the one that answers it: an element for each key, in the order of the request. */
final class Bulk {

    /** Keys of one request. */
    static final int MOST = 100;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Exchange exchange;
    private final List<Map<String, Object>> results = new ArrayList<>();
    private int awaited;

    Bulk(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * The array of that name in the document.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static List<JsonNode> array(byte[] document, String name) {
        JsonNode array;
        try {
            array = JSON.readTree(document).path(name);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("The document is not JSON.", e);
        }
        if (!array.isArray() || array.isEmpty() || array.size() > MOST) {
            throw new IllegalArgumentException(
                    "The document is an object with the array \"" + name + "\" of 1 to " + MOST + " elements.");
        }
        return new ArrayList<>(array.values());
    }

    static void malformed(Exchange exchange, String detail) {
        exchange.answer(Answer.refusal(ProblemType.DOCUMENT_INVALID, detail));
    }

    /** The elements of the answer; each must be {@linkplain #settled settled}. */
    List<Map<String, Object>> expect(List<String> keys) {
        for (String key : keys) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("key", key);
            results.add(result);
        }
        awaited = results.size();
        return results;
    }

    /** One element has its status; the last one sends the answer. */
    void settled(Map<String, Object> result, int status, @Nullable String code) {
        result.put("status", status);
        if (code != null) {
            result.put("code", code);
        }
        awaited--;
        if (awaited == 0) {
            exchange.answer(Answer.json(HttpResponseStatus.OK, JSON.writeValueAsBytes(Map.of("results", results))));
        }
    }

    void refused(Map<String, Object> result, Answer.Fixed why) {
        ProblemType problem = why.problem();
        settled(result, why.status().code(), problem == null ? null : problem.code());
    }

    /** The bytes as text if they are UTF-8, else null. */
    static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
