/** The Redis kind: resolve, render, apply, converge, observe. */
@NullMarked
package dev.redoubt.operator.redis;

import org.jspecify.annotations.NullMarked;
