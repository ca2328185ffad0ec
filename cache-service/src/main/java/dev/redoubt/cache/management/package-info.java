/** The management port: probes and metrics over plain HTTP, for the cluster's own eyes. */
@NullMarked
package dev.redoubt.cache.management;

import org.jspecify.annotations.NullMarked;
