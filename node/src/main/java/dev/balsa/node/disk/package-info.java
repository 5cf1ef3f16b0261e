/**
 * The seam between the node and its disk: {@link dev.balsa.node.disk.Directory} and {@link
 * dev.balsa.node.disk.DiskFile} say in their contracts what survives a crash, {@link
 * dev.balsa.node.disk.FileDirectory} keeps them on a real disk, and tests keep them in a simulated
 * one that tears, loses, flips and fills.
 *
 * <p>Three rules come from the kernel and the JDK:
 *
 * <ul>
 *   <li>A file's bytes survive a crash after {@code force()} of the file; its name survives after
 *       {@code force()} of the directory. Neither implies the other.
 *   <li>A failed force is final: the kernel may have dropped the data and say yes the next time
 *       (Rebello et al., "Can Applications Recover from fsync Failures?", 2020).
 *   <li>An interrupt closes a {@code FileChannel} for good, in the middle of an operation: only
 *       {@link dev.balsa.node.disk.UninterruptibleThread}s do file work.
 * </ul>
 */
@NullMarked
package dev.balsa.node.disk;

import org.jspecify.annotations.NullMarked;
