/**
 * The server's store on disk: {@link dev.balsa.server.rocks.RocksStore} keeps what {@link
 * dev.balsa.kv.KvMachine} stores in RocksDB. Knows neither Raft nor etcd.
 *
 * <p>RocksDB's own log is off: the Raft log is the log. What is lost in a crash is the end that was
 * not flushed, always by whole batches, and each batch says which entry it ends with; so a node
 * goes on from there ({@link dev.balsa.raft.StateMachine#recovered}).
 *
 * <pre>
 * DIR/00000001/        a RocksDB, its keys are
 *                        space 1 | key            0 META to 6 BESIDE
 *                        in the column families default (HISTORY), changes (CHANGES) and newest
 *                        (all others), which are flushed together
 * DIR/00000002.new/    a restore under way: filled, flushed, then renamed to 00000002;
 *                        the one before goes when nobody reads it any more
 * </pre>
 */
@NullMarked
package dev.balsa.server.rocks;

import org.jspecify.annotations.NullMarked;
