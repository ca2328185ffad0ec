package dev.redoubt.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Holds the Java model, Fabric8's part of it included, to the schema: every property, type, enum word and default. */
class ModelMatchesSchemaTest {

    /** In Fabric8's model, and left out of the schema: a claim needs a counterpart in the pod, which nobody can give. */
    private static final Set<String> NOT_OFFERED =
            Set.of("spec.resources.claims", "spec.monitoring.exporter.resources.claims");

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void everyPropertyOfRedis() {
        assertThat(differences(Schemas.at(Schemas.REDIS, "spec"), RedisSpec.class, "spec"))
                .isEmpty();
        assertThat(differences(Schemas.at(Schemas.REDIS, "status"), RedisStatus.class, "status"))
                .isEmpty();
    }

    @Test
    void everyPropertyOfCacheService() {
        assertThat(differences(Schemas.at(Schemas.CACHE_SERVICE, "spec"), CacheServiceSpec.class, "spec"))
                .isEmpty();
        assertThat(differences(Schemas.at(Schemas.CACHE_SERVICE, "status"), CacheServiceStatus.class, "status"))
                .isEmpty();
    }

    @Test
    void everyPropertyOfRedisUser() {
        assertThat(differences(Schemas.at(Schemas.REDIS_USER, "spec"), RedisUserSpec.class, "spec"))
                .isEmpty();
        assertThat(differences(Schemas.at(Schemas.REDIS_USER, "status"), RedisUserStatus.class, "status"))
                .isEmpty();
    }

    @Test
    void everyDefaultOfRedis() throws Exception {
        JsonNode written = mapper.readTree("""
                {"topology": "Standalone", "engine": "Redis"}""");
        JsonNode stored = defaulted(Schemas.at(Schemas.REDIS, "spec"), mapper.createObjectNode());

        assertThat(mapper.treeToValue(stored, RedisSpec.class))
                .isEqualTo(mapper.treeToValue(written, RedisSpec.class))
                .satisfies(spec -> assertThat(spec.persistence()).isEqualTo(Persistence.DEFAULT));
    }

    @Test
    void everyDefaultOfCacheService() throws Exception {
        JsonNode written = mapper.readTree("""
                {"redisRef": {"name": "cache"}, "clients": [{"name": "app", "apiKey": {"secretRef": {"name": "key"}}}],
                 "nearCache": {}, "accessLog": {}}""");
        JsonNode stored = defaulted(Schemas.at(Schemas.CACHE_SERVICE, "spec"), written.deepCopy());

        assertThat(mapper.treeToValue(stored, CacheServiceSpec.class))
                .isEqualTo(mapper.treeToValue(written, CacheServiceSpec.class));
        assertThat(stored.at("/clients/0/apiKey/secretRef/key").textValue()).isEqualTo("API_KEY");
        assertThat(stored.at("/nearCache/maxStale").textValue()).isEqualTo("1s");
        assertThat(stored.at("/accessLog/sample").textValue()).isEqualTo("1%");
    }

    @Test
    void everyDefaultOfRedisUser() throws Exception {
        JsonNode written = mapper.readTree("""
                {"redisRef": {"name": "cache"}, "passwordSecretRef": {"name": "mine"}, "keys": [{"pattern": "a:*", "access": "ReadWrite"}]}""");
        JsonNode given = mapper.readTree("""
                {"redisRef": {"name": "cache"}, "passwordSecretRef": {"name": "mine"}, "keys": [{"pattern": "a:*"}]}""");
        JsonNode stored = defaulted(Schemas.at(Schemas.REDIS_USER, "spec"), given);

        assertThat(mapper.treeToValue(stored, RedisUserSpec.class))
                .isEqualTo(mapper.treeToValue(written, RedisUserSpec.class));
        assertThat(stored.at("/passwordSecretRef/key").textValue()).isEqualTo("password");
    }

    @Test
    void whatWasNotSeenYetIsNotTakenForReady() {
        for (var definition : Schemas.all()) {
            assertThat(Schemas.at(definition, "status").getDefault()).hasToString("{\"observedGeneration\":-1}");
        }
    }

    /** Everything in which schema and model disagree, by path. */
    private List<String> differences(JSONSchemaProps schema, Class<?> type, String path) {
        List<String> found = new ArrayList<>();
        compare(schema, mapper.constructType(type), path, found);
        return found;
    }

    private void compare(JSONSchemaProps schema, JavaType type, String path, List<String> found) {
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            expect(type.hasRawClass(Quantity.class), path, "int-or-string", type, found);
        } else if (schema.getItems() != null) {
            expect(type.isCollectionLikeType(), path, "array", type, found);
            compare(schema.getItems().getSchema(), type.getContentType(), path + "[]", found);
        } else if (schema.getAdditionalProperties() != null) {
            expect(type.isMapLikeType(), path, "map", type, found);
            compare(schema.getAdditionalProperties().getSchema(), type.getContentType(), path + "{}", found);
        } else if (schema.getType().equals("object")) {
            compareProperties(schema, properties(type), path, found);
        } else if (type.isEnumType()) {
            expect(words(type).equals(words(schema)), path, words(schema).toString(), type, found);
        } else {
            expect(javaTypes(schema).contains(type.getRawClass()), path, schema.getType(), type, found);
        }
    }

    private void compareProperties(
            JSONSchemaProps schema, Map<String, JavaType> inModel, String path, List<String> found) {
        Map<String, JSONSchemaProps> inSchema = schema.getProperties();
        inModel.forEach((name, type) -> {
            String here = path + "." + name;
            if (inSchema.containsKey(name)) {
                compare(inSchema.get(name), type, here, found);
            } else if (!NOT_OFFERED.contains(here)) {
                found.add(here + " is missing in the schema");
            }
        });
        inSchema.keySet().stream()
                .filter(name -> !inModel.containsKey(name))
                .forEach(name -> found.add(path + "." + name + " is missing in the model"));
    }

    private Map<String, JavaType> properties(JavaType type) {
        Map<String, JavaType> properties = new TreeMap<>();
        for (BeanPropertyDefinition property :
                mapper.getSerializationConfig().introspect(type).findProperties()) {
            properties.put(property.getName(), property.getPrimaryType());
        }
        properties.remove("additionalProperties");
        return properties;
    }

    private static void expect(boolean fits, String path, String schema, JavaType type, List<String> found) {
        if (!fits) {
            found.add(path + " is " + schema + " in the schema, " + type.toCanonical() + " in the model");
        }
    }

    private static Set<Class<?>> javaTypes(JSONSchemaProps schema) {
        return switch (schema.getType()) {
            case "string" -> Set.of(String.class);
            case "boolean" -> Set.of(Boolean.class, boolean.class);
            case "integer" ->
                "int64".equals(schema.getFormat()) ? Set.of(Long.class) : Set.of(Integer.class, int.class);
            default -> Set.of();
        };
    }

    private static List<String> words(JSONSchemaProps schema) {
        return schema.getEnum().stream().map(JsonNode::textValue).toList();
    }

    private List<String> words(JavaType type) {
        List<String> words = new ArrayList<>();
        for (Object constant : type.getRawClass().getEnumConstants()) {
            words.add(mapper.valueToTree(constant).textValue());
        }
        return words;
    }

    /** What the API server stores: the defaults of the schema filled in, from the outside to the inside. */
    private static JsonNode defaulted(JSONSchemaProps schema, JsonNode value) {
        if (value instanceof ObjectNode object && schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                if (!object.has(name) && property.getDefault() != null) {
                    object.set(name, property.getDefault().deepCopy());
                }
                if (object.has(name)) {
                    defaulted(property, object.get(name));
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> defaulted(schema.getItems().getSchema(), item));
        }
        return value;
    }
}
