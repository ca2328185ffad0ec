package dev.redoubt.operator.issuer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who issues the cluster's ServiceAccount tokens, and the public keys that it signs them with.
 *
 * @param issuer what the claim {@code iss} of every token has to be
 * @param keys the members of each key, by its identifier
 */
public record IssuerKeys(String issuer, Map<String, Map<String, String>> keys) {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** What a public key consists of: nothing else is taken over, least of all a private part. */
    private static final List<String> PUBLIC = List.of("kty", "use", "alg", "kid", "n", "e", "crv", "x", "y");
    /** A member of the key set that is not of RFC 7517, which allows that. */
    private static final String ISSUER = "issuer";

    public IssuerKeys {
        keys = java.util.Collections.unmodifiableMap(new TreeMap<>(keys));
    }

    /**
     * From what the API server says.
     *
     * @param configuration of {@code /.well-known/openid-configuration}
     * @param keySet of {@code /openid/v1/jwks}
     * @return empty if that is not what it should be
     */
    static Optional<IssuerKeys> parse(String configuration, String keySet) {
        try {
            var issuer = JSON.readTree(configuration).path(ISSUER).asText("");
            return issuer.isBlank() ? Optional.empty() : of(issuer, JSON.readTree(keySet));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** From {@link #keySet()}. */
    public static Optional<IssuerKeys> read(String keySet) {
        try {
            var document = JSON.readTree(keySet);
            var issuer = document.path(ISSUER).asText("");
            return issuer.isBlank() ? Optional.empty() : of(issuer, document);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Optional<IssuerKeys> of(String issuer, JsonNode document) {
        var keys = new TreeMap<String, Map<String, String>>();
        for (var key : document.path("keys")) {
            var id = key.path("kid").asText("");
            if (!id.isBlank()) {
                var members = new LinkedHashMap<String, String>();
                PUBLIC.stream()
                        .filter(member -> key.path(member).isTextual())
                        .forEach(member -> members.put(member, key.get(member).asText()));
                keys.put(id, Map.copyOf(members));
            }
        }
        return keys.isEmpty() ? Optional.empty() : Optional.of(new IssuerKeys(issuer, keys));
    }

    /** The JSON Web Key Set for a service, with the issuer beside the keys: the same keys give the same bytes. */
    public String keySet() {
        var ordered = keys.values().stream()
                .map(key -> {
                    var members = new LinkedHashMap<String, String>();
                    PUBLIC.stream().filter(key::containsKey).forEach(member -> members.put(member, key.get(member)));
                    return members;
                })
                .toList();
        var document = new LinkedHashMap<String, Object>();
        document.put(ISSUER, issuer);
        document.put("keys", ordered);
        try {
            return JSON.writeValueAsString(document) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text is always JSON", e);
        }
    }
}
