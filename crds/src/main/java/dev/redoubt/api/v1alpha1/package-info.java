/** The Java model of {@code redoubt.dev/v1alpha1}. */
@NullMarked
package dev.redoubt.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
