package dev.redoubt.cache.problem;

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
}
