/** How well the service can do its work: a mode for each Redis, and the deletes that wait for one that is away. */
@NullMarked
package dev.redoubt.cache.mode;

import org.jspecify.annotations.NullMarked;
