/** How the memory of running servers is: asked in the background, and judged by plain functions. */
@NullMarked
package dev.redoubt.operator.memory;

import org.jspecify.annotations.NullMarked;
