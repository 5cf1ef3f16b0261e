/** The replicated store as the services see it. */
@NullMarked
package dev.balsa.server.backend;

import org.jspecify.annotations.NullMarked;
