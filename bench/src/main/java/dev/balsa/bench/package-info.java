/**
 * Side-by-side measurements: Balsa and its peers under the same load, alternating, in the same run.
 * Figures of different runs are never compared; see {@link dev.balsa.bench.Main} for the commands.
 */
@NullMarked
package dev.balsa.bench;

import org.jspecify.annotations.NullMarked;
