/**
 * Rate limits as token buckets: the policies, the arithmetic of the shared bucket in Redis, and the local buckets that take over
 * when Redis is away.
 */
@NullMarked
package dev.redoubt.cache.limit;

import org.jspecify.annotations.NullMarked;
