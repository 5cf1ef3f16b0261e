/**
 * Puts the simulator's worlds on whole nodes: the real write-ahead log on disks that tear, lose,
 * fail and fill up, and messages that go through the real codecs. {@link
 * dev.balsa.testkit.Simulation} runs your own state machine there, in a test; say by a {@link
 * dev.balsa.sim.Load} what clients ask of it.
 */
package dev.balsa.testkit;
