/**
 * The write-ahead log: everything a node promises to remember, forced once for all that waits.
 * {@link dev.balsa.node.wal.DataDirectory} binds a directory to one node and opens its {@link
 * dev.balsa.node.wal.SharedLog}, in which each group has its own {@link dev.balsa.node.wal.Wal}.
 * Nothing here retries a failed write or force, and nothing is cut from the log that could have
 * been acknowledged.
 *
 * <pre>{@code
 * DataDirectory data = DataDirectory.open(directory, cluster, node, WalConfig.DEFAULT);
 * Wal wal = data.openLog(group, codec, false);
 * Raft raft = Raft.start(config, membership, wal.restored(), wal, now);
 * wal.append(ready.persist());
 * wal.force();
 * }</pre>
 *
 * <h2>The bytes, format 1 (big-endian)</h2>
 *
 * <p>The file {@code identity}, 64 bytes: magic {@code BALSADIR}, u32 format, u32 zero, u64
 * cluster, u64 node, u64 incarnation, zeros, at 60 the CRC32C of the 60 bytes before.
 *
 * <p>Segments are files {@code NNNNNNNNNNNNNNNN.wal}, numbered from 1 in hexadecimal without a gap.
 * A segment is made under another name ({@code .new}) with all its blocks, as zeros, forced, and
 * then renamed. It begins with a block of 4096 bytes that is never written again:
 *
 * <pre>
 *    0  8 bytes  magic BALSAWAL
 *    8  u32      format
 *   12  u32      zero
 *   16  u64 ×3   cluster, node, incarnation
 *   40  u64      segment number
 *   48  u64      file size in bytes
 *   56  zeros
 * 4092  u32      CRC32C of all before
 * </pre>
 *
 * <p>Records follow, each at a multiple of 64, so that a record's header lies in one sector and is
 * written wholly or not at all:
 *
 * <pre>
 *    0  u32      body length
 *    4  u8       type: 1 hard state, 2 entries, 3 mark, 4 restart,
 *                5 groups, 6 founded, 7 retired, 8 copied
 *    5  3 zeros
 *    8  u64      group
 *   16  u64      record number: 1, 2, 3 … over all segments
 *   24  u64      the last record number known to be forced when this one was written
 *   32  u64      entries: index of the first; else 0
 *   40  u64      entries: term of the last; hard state: its term; else 0
 *   48  u32      CRC32C of the body
 *   52  u32      CRC32C of bytes 0..51, then segment number, offset and incarnation (each u64)
 *   56  8 bytes  magic BALSAREC
 *   64  body, then one byte a5, then zeros to the next multiple of 64
 * </pre>
 *
 * <p>A hard state's body: u64 term, u8 1 if there is a vote, u64 vote or 0. Every segment of a log
 * that has one group only begins with one. The body of entries is a slice as {@code
 * dev.balsa.node.codec} says; it replaces whatever the log held after the slice's {@code prev}. A
 * mark has no body: a clean stop writes it, so that all before it is known to have been forced.
 * After the last record there are only zeros.
 *
 * <p>A restart's body is an entry id, u64 term and u64 index: a snapshot stands for all entries up
 * to it, whatever the log held is discarded, and what follows continues after it. Segments whose
 * entries are all in a durable snapshot are deleted, the oldest first; a log then begins with the
 * entry after its first slice's {@code prev}, and must reach back to a snapshot.
 *
 * <p>A log of many groups has four more types of records, and its segments begin with the first:
 *
 * <ul>
 *   <li>groups, how all stand, before a mark too: u32 count of groups, u32 count of retired ids,
 *       then for each group u64 id, its hard state, u64 ×2 the entry before its log's first, u64 ×2
 *       its last entry, u32 length and charter; then the retired ids, u64 each;
 *   <li>founded: the record's group begins, empty; the body is its charter;
 *   <li>retired: all of the record's group is forgotten, and its id never used again;
 *   <li>copied: entries that the log holds already, as they are. They are written once more when
 *       they are the little that an old segment is still needed for.
 * </ul>
 *
 * <p>While entries that were lost to damage are to be got from the peers again, the file {@code
 * repair} of 128 bytes tells what the log promised: magic {@code BALSAREP}, u32 format, u32 1 if
 * there is a vote, u64 term, u64 vote, u64 ×2 term and index where the log ended, u64 ×2 segment
 * and offset where it is still to be cut, or zero; zeros, at 124 the CRC32C of all before. A
 * restart of a log that lost all begins after entry 0 of term 0.
 *
 * <p>A damaged log of many groups is written anew, as files whose names begin with {@code anew-}
 * until the file {@code repair.groups} tells that they take its place: magic {@code BALSAREG}, u32
 * format, u32 count of groups, u64 number of the new log's first segment, or zero once it is in its
 * place; then for each group that lost something u64 id, u32 1 if its term and vote are lost, u32
 * zero, u64 ×2 term and index where its log ended; at last the CRC32C of all before. As long as the
 * file is there, the damaged segments are, under names that end in {@code .damaged}.
 *
 * <h2>What recovery promises</h2>
 *
 * <p>A write that was cut off leaves at least one sector of its record as it was before, that is
 * zero, or lacks the record's end. Hence at the first record that does not check out:
 *
 * <ul>
 *   <li>a later record, or a later segment, that was written after this one had been forced proves
 *       damage: refused by name;
 *   <li>a record with no sector left zero was written in full and damaged later: refused by name,
 *       unless it is the mark of a clean stop, which is cut and nobody misses;
 *   <li>what is refused is cut, or left out of a log of many groups, nevertheless if there are
 *       peers to send it again, and if the records behind it tell what the node promised;
 *   <li>what remains was never acknowledged, if the disk kept its word, and is cut: overwritten
 *       with zeros, forced, told in the log. The one case that looks the same is damage within the
 *       very last force of a node that was killed, to a record that has a whole sector of zeros or
 *       has become one.
 * </ul>
 */
@NullMarked
package dev.balsa.node.wal;

import org.jspecify.annotations.NullMarked;
