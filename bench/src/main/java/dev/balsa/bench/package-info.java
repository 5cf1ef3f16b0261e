/**
 * Side-by-side measurements: Balsa and its peers under the same load, alternating, in the same run.
 * Figures of different runs are never compared; see {@link dev.balsa.bench.Main} for the commands.
 *
 * <p>After {@code mvn -pl bench -am package} at the repository's root, there:
 *
 * <pre>{@code
 * java -cp 'bench/target/lib/*' dev.balsa.bench.Main library
 * java -cp 'bench/target/lib/*' dev.balsa.bench.Main server --loads put:100:1000:all
 * java -cp 'bench/target/lib/*' dev.balsa.bench.Main server --members 1 --loads put:1:1:leader
 * java -cp 'bench/target/lib/*' dev.balsa.bench.Main group-commit
 * java -cp 'bench/target/lib/*' dev.balsa.bench.Main idle
 * }</pre>
 *
 * <p>The library never runs in this process but in child JVMs; servers are separate processes. All
 * of them are ended by their process id and their data directories deleted, also on Ctrl-C.
 */
@NullMarked
package dev.balsa.bench;

import org.jspecify.annotations.NullMarked;
