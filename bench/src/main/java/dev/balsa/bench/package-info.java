/**
 * Side-by-side measurements: Balsa and its peers under the same load, alternating, in the same run.
 * Figures of different runs are never compared; see {@link dev.balsa.bench.Main} for the commands.
 *
 * <p>At the repository's root, which builds this module when it is asked for:
 *
 * <pre>{@code
 * ./balsa bench library
 * ./balsa bench server --loads put:100:1000:all
 * ./balsa bench server --members 1 --loads put:1:1:leader
 * ./balsa bench group-commit
 * ./balsa bench idle
 * }</pre>
 *
 * <p>The library never runs in this process but in child JVMs; servers are separate processes. All
 * of them are ended by their process id and their data directories deleted, also on Ctrl-C.
 */
@NullMarked
package dev.balsa.bench;

import org.jspecify.annotations.NullMarked;
