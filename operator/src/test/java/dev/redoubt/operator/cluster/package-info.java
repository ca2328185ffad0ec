/**
 * What the integration tests stand on: a real cluster, and in a namespace of their own the operator as its shipped role. The
 * tests tell what three actors do to each other: the user who writes resources, the operator, and the world outside.
 */
@NullMarked
package dev.redoubt.operator.cluster;

import org.jspecify.annotations.NullMarked;
