/**
 * The one byte form of a log slice, for disk and wire alike: a slice is encoded once and the same
 * bytes go to the write-ahead log and to every peer.
 *
 * <p>Format 1, big-endian; a term, index or length is never negative:
 *
 * <pre>
 *   0  u8   format, 1
 *   1  u8×3 zero
 *   4  u32  number of entries
 *   8  u64  term of prev
 *  16  u64  index of prev
 *  24  the entries, each:
 *        0  u64  term
 *        8  u8   kind: 0 no-op, 1 command, 2 configuration
 *        9  u32  length of the data, 0 for a no-op
 *       13  the data
 * </pre>
 *
 * <p>The data of a configuration:
 *
 * <pre>
 *   0  u32  number of members
 *   4  u32  number of removed members
 *   8  the members by ascending id, each:
 *        0  u64  id
 *        8  u8   seat: 0 learner, 1 joining, 2 voter, 3 incoming, 4 outgoing, 5 demoted
 *        9  u8   1 if the incarnation is known, else 0
 *       10  u64  incarnation or 0
 *       18  u32  length of the context
 *       22  the context
 *      the ids of the removed members, ascending, each u64
 * </pre>
 *
 * <p>Indexes are implied, since a slice has no gap. The body carries no checksum inside: its CRC32C
 * is computed once, travels beside it ({@link dev.balsa.node.codec.EncodedSlice#crc()}), and stands
 * in the header of every container (log record, network frame), where the container's own checksum
 * covers it together with the place or the connection.
 */
@NullMarked
package dev.balsa.node.codec;

import org.jspecify.annotations.NullMarked;
