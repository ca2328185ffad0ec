package dev.redoubt.e2e.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests against the cluster that {@code KUBECONFIG} names, with the product installed in it.
 *
 * <p>Its constructor may ask for a {@link Stage}. Without {@code KUBECONFIG} the class is skipped, with that reason.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public @interface OnCluster {}
