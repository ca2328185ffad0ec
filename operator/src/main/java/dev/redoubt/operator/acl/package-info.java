/** Who may do what inside a Redis server: the ACL users and the file that declares them. */
@NullMarked
package dev.redoubt.operator.acl;

import org.jspecify.annotations.NullMarked;
