package dev.redoubt.operator.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the API server does to a resource before anybody reads it: it fills in the defaults of the schema. */
final class SchemaDefaults {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final JsonNode REDIS = schema("/META-INF/fabric8/redises.redoubt.dev-v1.yml");

    private SchemaDefaults() {}

    /** The Redis in {@code yaml} with the defaults of its specification, as JSON. */
    static String addToRedis(String yaml) {
        try {
            var redis = (ObjectNode) YAML.readTree(yaml);
            fill(redis.withObject("/spec"), REDIS.at("/properties/spec"));
            return redis.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(ObjectNode object, JsonNode schema) {
        for (var property : schema.path("properties").properties()) {
            if (!object.has(property.getKey()) && property.getValue().has("default")) {
                object.set(property.getKey(), property.getValue().get("default").deepCopy());
            }
            if (object.get(property.getKey()) instanceof ObjectNode child) {
                fill(child, property.getValue());
            }
        }
    }

    private static JsonNode schema(String resource) {
        try (var definition = SchemaDefaults.class.getResourceAsStream(resource)) {
            return YAML.readTree(definition).at("/spec/versions/0/schema/openAPIV3Schema");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
