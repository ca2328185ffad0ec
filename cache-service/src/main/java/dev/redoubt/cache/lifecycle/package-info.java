/** Ready, draining, stopped: how the process leaves without losing a request. */
@NullMarked
package dev.redoubt.cache.lifecycle;

import org.jspecify.annotations.NullMarked;
