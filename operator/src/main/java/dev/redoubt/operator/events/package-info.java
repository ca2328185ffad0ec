/** Kubernetes Events that the operator records, from a closed set of reasons. */
@NullMarked
package dev.redoubt.operator.events;

import org.jspecify.annotations.NullMarked;
