/** How long a Redis takes from {@code kubectl apply} to Ready; one measurement for the test and for {@code bench/ready}. */
@NullMarked
package dev.redoubt.e2e.ready;

import org.jspecify.annotations.NullMarked;
