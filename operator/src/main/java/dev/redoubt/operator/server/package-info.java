/** The data plane: one connection per running server, and what is known of its health. */
@NullMarked
package dev.redoubt.operator.server;

import org.jspecify.annotations.NullMarked;
