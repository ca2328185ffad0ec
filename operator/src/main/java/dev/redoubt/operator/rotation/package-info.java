/** Replacing the passwords of a server's users while it serves: the stages, what is kept of them, and when the next one begins. */
@NullMarked
package dev.redoubt.operator.rotation;

import org.jspecify.annotations.NullMarked;
