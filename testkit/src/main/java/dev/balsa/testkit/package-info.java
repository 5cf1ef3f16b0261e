/**
 * Puts the simulator's worlds on whole nodes: the real write-ahead log on disks that tear, lose,
 * fail and fill up, and messages that go through the real codecs. Give {@link
 * dev.balsa.testkit.WholeNodes#HOSTING} to a {@link dev.balsa.sim.World}, and your own state
 * machine by a {@link dev.balsa.sim.Load}.
 */
package dev.balsa.testkit;
