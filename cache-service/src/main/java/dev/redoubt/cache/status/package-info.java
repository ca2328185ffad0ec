/** The routes that are not hot, in ordinary WebFlux: status and probes. */
@NullMarked
package dev.redoubt.cache.status;

import org.jspecify.annotations.NullMarked;
