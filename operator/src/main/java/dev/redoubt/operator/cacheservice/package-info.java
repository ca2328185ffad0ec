/** The CacheService kind: resolve, render, apply, observe. */
@NullMarked
package dev.redoubt.operator.cacheservice;

import org.jspecify.annotations.NullMarked;
