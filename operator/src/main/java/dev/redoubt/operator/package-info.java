/** The process: command line, wiring, start and stop. Nothing else knows how the parts are put together. */
@NullMarked
package dev.redoubt.operator;

import org.jspecify.annotations.NullMarked;
