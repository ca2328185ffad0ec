/** What a server did when it started, of which nothing but its log tells. */
@NullMarked
package dev.redoubt.operator.startup;

import org.jspecify.annotations.NullMarked;
