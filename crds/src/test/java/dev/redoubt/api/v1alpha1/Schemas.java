package dev.redoubt.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The custom resource definitions, as this module ships them on the class path. */
final class Schemas {

    static final KubernetesSerialization SERIALIZATION = RedoubtSerialization.create();

    static final CustomResourceDefinition REDIS = load("redises");
    static final CustomResourceDefinition CACHE_SERVICE = load("cacheservices");
    static final CustomResourceDefinition REDIS_USER = load("redisusers");

    private Schemas() {}

    static JSONSchemaProps root(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    /** The schema of a property, found by its path. */
    static JSONSchemaProps at(CustomResourceDefinition definition, String... path) {
        JSONSchemaProps schema = root(definition);
        for (String name : path) {
            schema = schema.getProperties().get(name);
        }
        return schema;
    }

    static List<CustomResourceDefinition> all() {
        return List.of(REDIS, CACHE_SERVICE, REDIS_USER);
    }

    private static CustomResourceDefinition load(String plural) {
        String name = "/META-INF/fabric8/" + plural + ".redoubt.dev-v1.yml";
        try (InputStream yaml = Schemas.class.getResourceAsStream(name)) {
            return SERIALIZATION.unmarshal(yaml, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
