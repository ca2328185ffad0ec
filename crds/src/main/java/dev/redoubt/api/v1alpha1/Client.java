package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may use the service. {@code read} and {@code write} name regions, {@code limit} names rate
 * limits, or {@code "*"} for all of them; without {@code apiKey} and without {@code serviceAccount} the operator
 * makes a key.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Client(
        String name,
        @Nullable ApiKey apiKey,
        @Nullable ServiceAccountRef serviceAccount,
        List<String> read,
        List<String> write,
        List<String> limit) {

    /** Fills in the schema's defaults. */
    public Client {
        read = read == null ? List.of() : List.copyOf(read);
        write = write == null ? List.of() : List.copyOf(write);
        limit = limit == null ? List.of() : List.copyOf(limit);
    }
}
