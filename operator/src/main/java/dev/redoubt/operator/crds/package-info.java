/** Brings the cluster's resource definitions to the version that this operator was built with. */
@NullMarked
package dev.redoubt.operator.crds;

import org.jspecify.annotations.NullMarked;
