package dev.balsa.raft.paper;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the sections whose rule a test checks: of the paper as {@code §5.4.2}, of the thesis as
 * {@code thesis §9.6}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Paper {
  String[] value();
}
