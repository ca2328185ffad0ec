/** Programs that a user types: started, bounded in time, and remembered with what they printed. */
@NullMarked
package dev.redoubt.e2e.process;

import org.jspecify.annotations.NullMarked;
