/** Generated secrets: passwords of ACL users and API keys of cache-service clients. */
@NullMarked
package dev.redoubt.operator.credentials;

import org.jspecify.annotations.NullMarked;
