/** The kinds of the Prometheus operator, which a cluster may have, or get later. */
@NullMarked
package dev.redoubt.operator.monitoring;

import org.jspecify.annotations.NullMarked;
