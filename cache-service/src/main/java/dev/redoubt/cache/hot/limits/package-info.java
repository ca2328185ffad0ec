/** The requests to rate limits: take, peek, reset, and many takes at once. */
@NullMarked
package dev.redoubt.cache.hot.limits;

import org.jspecify.annotations.NullMarked;
