/** Flags and environment, checked before anything starts. */
@NullMarked
package dev.balsa.server.config;

import org.jspecify.annotations.NullMarked;
