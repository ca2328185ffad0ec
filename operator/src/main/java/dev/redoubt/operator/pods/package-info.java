/** What a Pod's status says, in words that a person can act on. */
@NullMarked
package dev.redoubt.operator.pods;

import org.jspecify.annotations.NullMarked;
