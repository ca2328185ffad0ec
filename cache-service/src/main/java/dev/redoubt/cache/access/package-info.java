/** Clients, their API keys (only as SHA-256) and what they may read and write. Nothing is allowed by default. */
@NullMarked
package dev.redoubt.cache.access;

import org.jspecify.annotations.NullMarked;
