/** What the running replicas of a cache service say of themselves when they are asked, as far as a pass needs it. */
@NullMarked
package dev.redoubt.operator.replicas;

import org.jspecify.annotations.NullMarked;
