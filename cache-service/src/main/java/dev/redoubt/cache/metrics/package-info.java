/** What is counted and timed. Every meter is resolved once and every label is bounded by the configuration. */
@NullMarked
package dev.redoubt.cache.metrics;

import org.jspecify.annotations.NullMarked;
