/** The metrics exporter of a Redis: a Deployment of its own, and what makes Prometheus find it. */
@NullMarked
package dev.redoubt.operator.exporter;

import org.jspecify.annotations.NullMarked;
