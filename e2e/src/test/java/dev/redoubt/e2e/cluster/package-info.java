/** What the tests hold on the cluster: a namespace of their own, pods that play applications, and the history of a resource. */
@NullMarked
package dev.redoubt.e2e.cluster;

import org.jspecify.annotations.NullMarked;
