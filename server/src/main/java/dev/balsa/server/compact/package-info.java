/** Forgetting old revisions without being told each time. */
@NullMarked
package dev.balsa.server.compact;

import org.jspecify.annotations.NullMarked;
