/** Values in the memory of the service, kept coherent by what Redis tells on the connection that they were read on. */
@NullMarked
package dev.redoubt.cache.near;

import org.jspecify.annotations.NullMarked;
