/** What every object that the operator makes has in common: owner, labels, annotations, content hashes. */
@NullMarked
package dev.redoubt.operator.owned;

import org.jspecify.annotations.NullMarked;
