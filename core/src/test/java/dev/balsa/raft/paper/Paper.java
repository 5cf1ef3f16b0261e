package dev.balsa.raft.paper;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the section of the paper whose rule a test checks, as {@code §5.4.2}, or of the thesis, as
 * {@code thesis §9.6}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Paper {
  String value();
}
