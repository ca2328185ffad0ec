/** The redis.conf of a server, and which of its parameters change without a restart. */
@NullMarked
package dev.redoubt.operator.redisconf;

import org.jspecify.annotations.NullMarked;
