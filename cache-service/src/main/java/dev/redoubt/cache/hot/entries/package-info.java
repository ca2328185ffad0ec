/** The family of operations on cache entries, {@code /v1/cache}. */
@NullMarked
package dev.redoubt.cache.hot.entries;

import org.jspecify.annotations.NullMarked;
