/** The operator's own HTTP endpoints: probes and metrics. */
@NullMarked
package dev.redoubt.operator.http;

import org.jspecify.annotations.NullMarked;
