package dev.balsa.raft;

/** One node of one Raft group. */
public final class Raft {
  private Raft() {}
}
