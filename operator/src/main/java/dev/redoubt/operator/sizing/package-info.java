/** How much memory and storage a Redis of a given maxMemory needs. */
@NullMarked
package dev.redoubt.operator.sizing;

import org.jspecify.annotations.NullMarked;
