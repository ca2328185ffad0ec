/** Refusals as RFC 9457 problem documents. */
@NullMarked
package dev.redoubt.cache.problem;

import org.jspecify.annotations.NullMarked;
