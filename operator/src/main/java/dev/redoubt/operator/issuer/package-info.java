/** The public keys of the cluster's ServiceAccount tokens, and how services get them. */
@NullMarked
package dev.redoubt.operator.issuer;

import org.jspecify.annotations.NullMarked;
