package dev.redoubt.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the API server does to a resource before anybody reads it: it fills in the defaults of the schema. */
public final class SchemaDefaults {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private SchemaDefaults() {}

    /** The resource in {@code yaml} with the defaults of its specification, as JSON; {@code plural} is its kind's. */
    public static String addTo(String plural, String yaml) {
        try {
            var resource = (ObjectNode) YAML.readTree(yaml);
            fill(resource.withObject("/spec"), schema(plural).at("/properties/spec"));
            return resource.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(ObjectNode object, JsonNode schema) {
        for (var property : schema.path("properties").properties()) {
            if (!object.has(property.getKey()) && property.getValue().has("default")) {
                object.set(property.getKey(), property.getValue().get("default").deepCopy());
            }
            var child = object.path(property.getKey());
            if (child instanceof ObjectNode nested) {
                fill(nested, property.getValue());
            }
            for (var item : child.isArray() ? child : YAML.createArrayNode()) {
                if (item instanceof ObjectNode nested) {
                    fill(nested, property.getValue().path("items"));
                }
            }
        }
    }

    private static JsonNode schema(String plural) throws IOException {
        var definition = "/META-INF/fabric8/" + plural + ".redoubt.dev-v1.yml";
        try (var yaml = SchemaDefaults.class.getResourceAsStream(definition)) {
            return YAML.readTree(yaml).at("/spec/versions/0/schema/openAPIV3Schema");
        }
    }
}
