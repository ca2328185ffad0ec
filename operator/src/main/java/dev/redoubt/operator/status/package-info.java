/** Conditions and their closed set of reasons. */
@NullMarked
package dev.redoubt.operator.status;

import org.jspecify.annotations.NullMarked;
