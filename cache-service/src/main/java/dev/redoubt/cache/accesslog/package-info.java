/** Lines about requests, for those that are sampled and those that were denied: what was asked of what, by whom, and how it ended. Never a key, a value or a credential. */
@NullMarked
package dev.redoubt.cache.accesslog;

import org.jspecify.annotations.NullMarked;
