/** The link to a Redis: one connection pinned to each event loop, never queueing without bound, never waiting for a server that is known to be gone. */
@NullMarked
package dev.redoubt.cache.redis;

import org.jspecify.annotations.NullMarked;
