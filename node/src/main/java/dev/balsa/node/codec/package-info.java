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
 *        8  u8   kind: 0 no-op, 1 command
 *        9  u32  length of the data, 0 for a no-op
 *       13  the data
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
