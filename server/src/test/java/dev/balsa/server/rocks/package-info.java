/** The store on disk beside the one in memory, and what it does in a crash. */
@NullMarked
package dev.balsa.server.rocks;

import org.jspecify.annotations.NullMarked;
