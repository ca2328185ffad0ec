/** The operator's own settings: one YAML file, read and validated once, at the start. */
@NullMarked
package dev.redoubt.operator.settings;

import org.jspecify.annotations.NullMarked;
