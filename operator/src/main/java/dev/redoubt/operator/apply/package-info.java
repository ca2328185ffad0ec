/** Makes the cluster's objects equal to the desired ones, writing only what differs. */
@NullMarked
package dev.redoubt.operator.apply;

import org.jspecify.annotations.NullMarked;
