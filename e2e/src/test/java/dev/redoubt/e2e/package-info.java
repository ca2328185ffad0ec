/**
 * Tests of the installed product on a real cluster, driven as users drive it: kubectl, helm and redis-cli as processes,
 * applications as pods. They look at the API the way a user does, as YAML and conditions, and therefore share no class
 * with the operator or its Java model.
 */
@NullMarked
package dev.redoubt.e2e;

import org.jspecify.annotations.NullMarked;
