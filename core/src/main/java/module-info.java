/** The Raft algorithm as a pure, deterministic state machine. Reads no clock, owns no thread. */
@org.jspecify.annotations.NullMarked
module dev.balsa.core {
  requires static transitive org.jspecify;

  exports dev.balsa.raft;
  exports dev.balsa.raft.session;
  exports dev.balsa.raft.trace;
}
