/** One pass over a RedisUser: its password, its binding, and whether the running server has it. */
@NullMarked
package dev.redoubt.operator.redisuser;

import org.jspecify.annotations.NullMarked;
