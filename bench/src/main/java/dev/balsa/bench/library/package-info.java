/**
 * Replicated logs as libraries: three JVMs on loopback, proposals made inside the leader's JVM, the
 * same trivial state machine and the same closed loop for each library.
 */
@NullMarked
package dev.balsa.bench.library;

import org.jspecify.annotations.NullMarked;
