package dev.redoubt.cache.problem;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * One refusal, as RFC 9457 has it, with the members {@code code} and {@code retryable} of our own.
 *
 * @param type why
 * @param detail what is wrong with this request and what to do; never a secret, never the value of a key
 */
public record Problem(ProblemType type, String detail) {

    /** The media type of {@link #toJson()}. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The header field that names a request, as the member {@code requestId} of its document does. */
    public static final String REQUEST_ID_HEADER = "X-Request-Id";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** The document as UTF-8 JSON, members always in the same order. */
    public byte[] toJson() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", type.uri());
        document.put("title", type.title());
        document.put("status", type.status());
        document.put("code", type.code());
        document.put("detail", detail);
        document.put("retryable", type.retryable());
        return JSON.writeValueAsBytes(document);
    }

    /**
     * The same document with the member {@code requestId} at its end.
     *
     * @param document as {@link #toJson()} has made it, or any other JSON object that has a member
     * @param requestId of characters that JSON needs no escape for
     */
    public static byte[] naming(String requestId, byte[] document) {
        byte[] member = (",\"requestId\":\"" + requestId + "\"}").getBytes(StandardCharsets.US_ASCII);
        byte[] named = Arrays.copyOf(document, document.length - 1 + member.length);
        System.arraycopy(member, 0, named, document.length - 1, member.length);
        return named;
    }
}
