package dev.balsa.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives JUnit tests a cluster, as a parameter of type {@link TestCluster}.
 *
 * <p>On a class: one cluster for all of its tests, started before the first and healed ({@link
 * TestCluster#heal}) before each; what tests have written stays. On a method: a cluster of its own,
 * gone after it.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
public @interface BalsaCluster {
  /** How many members it has, 1 to 9. */
  int members() default 1;
}
