/**
 * Snapshots on disk: {@link dev.balsa.node.snapshot.SnapshotStore} writes what a state machine
 * captured, keeps what a leader sends, and finds the latest good one after a restart. A file has
 * its final name only when all of it is durable.
 *
 * <h2>The bytes, format 1 (big-endian)</h2>
 *
 * <p>The file {@code TTTTTTTTTTTTTTTT-IIIIIIIIIIIIIIII.snapshot}, named by term and index of its
 * last entry, in hexadecimal. It is the same on every node, and travels as it is. Its content is a
 * stream, cut into blocks of 65,532 bytes, the last one shorter; each is followed by a checksum:
 *
 * <pre>
 * file    block 0 | crc32c 4 | block 1 | crc32c 4 | … | crc32c of all before 4
 * stream  magic BALSASNP 8 | format 4 | kind 4 | place | part | part | … | ff ff ff ff
 * place   term 8 | index 8 | length 4 | membership ({@link dev.balsa.node.codec.MembershipCodec})
 * part    length 4 | bytes
 * </pre>
 *
 * <p>Kind 0 is a whole state. Kind 1 says that the state machine keeps that state by itself: its
 * one part is the last entry (term 8 | index 8) with an effect on it, which the machine must know
 * of.
 *
 * <p>A block's checksum covers its number (u64) after its bytes, so no block can stand for another.
 * The latest good snapshot and the one before it stay, with the log that follows the older: damage
 * to the newest costs no entry. Behind a state that the machine keeps nothing older stays.
 */
@NullMarked
package dev.balsa.node.snapshot;

import org.jspecify.annotations.NullMarked;
