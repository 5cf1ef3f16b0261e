/** Runs a Raft core on a real machine. */
package dev.balsa.node;
