/** The named caches with their TTL, and the byte layout of a stored value. */
@NullMarked
package dev.redoubt.cache.region;

import org.jspecify.annotations.NullMarked;
