/**
 * The {@code balsa} command: it reads flags, calls the server or talks to one, and prints. It knows
 * nothing of Raft or of storage; {@link dev.balsa.server.cli.Main} is where it begins, and it is
 * the only place that writes to standard output.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 bad usage.
 */
@NullMarked
package dev.balsa.server.cli;

import org.jspecify.annotations.NullMarked;
