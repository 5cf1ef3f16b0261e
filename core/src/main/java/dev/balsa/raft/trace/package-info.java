/**
 * A trace: what the cores of some nodes were told, and when, and what came of it. One format for
 * the flight recorder of a server's member ({@link dev.balsa.raft.trace.Recorder}) and for the runs
 * of the simulator; the page shows both.
 *
 * <p>A core is a pure state machine, so the inputs from a process's start on ({@link
 * dev.balsa.raft.trace.Beginning}) give all that it decided. A ring keeps the latest part only; for
 * that, each segment begins with how the core stood ({@link dev.balsa.raft.trace.Base}), and each
 * step says what it changed.
 *
 * <p>What clients wrote is not in a trace: only how long it was.
 *
 * <pre>
 *  file      = (line block* end)+             files may be put one behind the other
 *  line      = "balsa-trace 2" LF
 *  block     = kind(1) length(4) crc32(4) payload      big-endian; the checksum is over the payload
 *  kinds     = 1 recording: node, name, source, version   2 segment of it   3 note: time, text
 *              4 absent: name, reason    5 end: how many blocks there were
 *  segment   = base (kind(1) time-since-the-last record)*
 *  step      = parts(1) [clock] input [standing] [persist] [events]
 * </pre>
 *
 * <p>Numbers are LEB128, 7 bits a byte, zigzag where they may be negative; terms, indexes and
 * serial numbers are told by their distance from the one before in the segment. Every bound is
 * checked and nothing is believed ({@link dev.balsa.raft.trace.TraceException}); a line with
 * another number is a newer version.
 */
@NullMarked
package dev.balsa.raft.trace;

import org.jspecify.annotations.NullMarked;
