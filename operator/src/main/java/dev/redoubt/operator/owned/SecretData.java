package dev.redoubt.operator.owned;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Text in and out of the base64 of a Secret's {@code data}. */
public final class SecretData {
    private SecretData() {}

    /** {@code values} as a Secret's data, sorted by key. */
    public static Map<String, String> encode(Map<String, String> values) {
        var data = new TreeMap<String, String>();
        values.forEach((key, value) ->
                data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return data;
    }

    /** The readable entries of {@code secret}; an entry that is not base64 is left out, as if it were missing. */
    public static Map<String, String> decode(@Nullable Secret secret) {
        var values = new TreeMap<String, String>();
        if (secret != null && secret.getData() != null) {
            secret.getData().forEach((key, value) -> decode(value).ifPresent(text -> values.put(key, text)));
        }
        return values;
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
