/** The service's configuration: one YAML file, bound to immutable records and checked before anything starts. */
@NullMarked
package dev.redoubt.cache.config;

import org.jspecify.annotations.NullMarked;
