/** The certificate authority and the server certificate that the operator makes for each resource. */
@NullMarked
package dev.redoubt.operator.certificates;

import org.jspecify.annotations.NullMarked;
