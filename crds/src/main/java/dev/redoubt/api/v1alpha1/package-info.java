/**
 * The Java model of {@code redoubt.dev/v1alpha1}: one immutable record per object of the schema.
 *
 * <p>The YAML files {@code redis.yaml}, {@code cacheservice.yaml} and {@code redisuser.yaml} in {@code crds} are the source; a
 * test holds these records to them, field by field, default by default. What a field means is said there, once.
 *
 * <p>Read with the serialization of {@link dev.redoubt.api.v1alpha1.RedoubtSerialization}: a field or an enum value
 * of a newer schema is then ignored instead of stopping the reader. A value that is absent, or that this version does
 * not know, reads as the schema's default, so that no component but those marked {@code @Nullable} is ever null.
 * {@link dev.redoubt.api.v1alpha1.RedisSpec} tells the two exceptions.
 */
@NullMarked
package dev.redoubt.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
