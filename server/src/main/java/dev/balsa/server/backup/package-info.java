/**
 * Backups: the stream of etcd's {@code Snapshot} call, which {@code snapshot save} keeps as a file
 * and {@code snapshot restore} makes a data directory of. Its content is Balsa's own; etcd's is a
 * file of its storage engine. A backup of one member is the whole cluster's data.
 *
 * <h2>The bytes, format 1 (big-endian)</h2>
 *
 * <pre>
 * file  head | part | part | … | ff ff ff ff | zeros to a multiple of 512 | SHA-256 of all before 32
 * head  "BALSA BACKUP\n" and zeros 16 | format 4 | zero 4 | term 8 | index 8 | revision 8 | keys 8
 *       | zeros to 512
 * part  length 4 | bytes, as {@link dev.balsa.raft.StateMachine.Capture} writes them
 * </pre>
 */
@NullMarked
package dev.balsa.server.backup;

import org.jspecify.annotations.NullMarked;
