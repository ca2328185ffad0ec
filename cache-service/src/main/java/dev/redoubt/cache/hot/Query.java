package dev.redoubt.cache.hot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request. A family names those that it knows: a typo must not silently mean the default. */
public final class Query {

    private static final Query NONE = new Query(Map.of(), null);

    private final Map<String, String> parameters;
    private final @Nullable String complaint;

    private Query(Map<String, String> parameters, @Nullable String complaint) {
        this.parameters = parameters;
        this.complaint = complaint;
    }

    /**
     * Reads {@code name=value&…}, percent-decoding the values.
     *
     * @param query without the question mark
     * @param known the names that may be there, each once
     */
    public static Query parse(String query, List<String> known) {
        if (query.isEmpty()) {
            return NONE;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : Percent.decodeText(parameter.substring(equals + 1));
            if (!known.contains(name)) {
                return wrong(
                        known.isEmpty()
                                ? "This request has no parameters."
                                : "A parameter is not known here; these are: " + String.join(", ", known) + ".");
            }
            if (value == null) {
                return wrong("The parameter " + name + " has a % that two hex digits do not follow.");
            }
            if (parameters.put(name, value) != null) {
                return wrong("The parameter " + name + " is there twice.");
            }
        }
        return new Query(parameters, null);
    }

    private static Query wrong(String complaint) {
        return new Query(Map.of(), complaint);
    }

    /** What is wrong with it and what to do; null = nothing. */
    public @Nullable String complaint() {
        return complaint;
    }

    /** The value; empty for a bare name, null when it is not there. */
    public @Nullable String get(String name) {
        return parameters.get(name);
    }

    public boolean isEmpty() {
        return parameters.isEmpty();
    }
}
