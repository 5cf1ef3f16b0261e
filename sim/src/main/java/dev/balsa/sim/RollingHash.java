package dev.balsa.sim;

import dev.balsa.raft.Input;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready;

/** What all steps of a world's cores so far come down to. */
final class RollingHash {
  private long value = 1;

  /** Mixes in that a core of {@code term} took an input at a time, and what came of it. */
  void mix(long now, NodeId node, long term, Input input, Ready ready) {
    long mark = now * 31 + node.value();
    mark = mark * 31 + term;
    if (input instanceof Input.Receive(Message message)) {
      mark = mark * 31 + message.from().value() + 7 * message.term();
    }
    mark = mark * 31 + ready.sendNow().size();
    mark = mark * 31 + ready.sendDurable().size();
    mark = mark * 31 + ready.proposals().size();
    mark = mark * 31 + ready.events().size();
    Ready.Persist persist = ready.persist();
    if (persist != null && persist.append() != null) {
      mark = mark * 31 + persist.append().last().index();
    }
    value = (value ^ mark) * 0x9e3779b97f4a7c15L;
    value ^= value >>> 29;
  }

  long value() {
    return value;
  }
}
