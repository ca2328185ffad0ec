/** The hardening controls: what each is, how it is probed on the running server and pod, and what the probes found. */
@NullMarked
package dev.redoubt.operator.hardening;

import org.jspecify.annotations.NullMarked;
