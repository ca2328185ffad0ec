/** Certificates that somebody else issues: a Secret that a user fills, or cert-manager. */
@NullMarked
package dev.redoubt.operator.certificatesources;

import org.jspecify.annotations.NullMarked;
