package dev.balsa.node;

import dev.balsa.raft.Membership;
import dev.balsa.raft.Refusal;

/** What became of a change of the membership. */
public sealed interface ChangeOutcome {
  /** The change is committed, and its joint phase left if it had one. */
  record Done(Membership membership) implements ChangeOutcome {}

  /** Nothing was changed. */
  record Refused(Refusal reason) implements ChangeOutcome {}

  /** The change may have come about or not: look at {@link RaftNode#members}. */
  record Unknown() implements ChangeOutcome {}

  /** The node has stopped; the change may have come about or not. */
  record Stopped() implements ChangeOutcome {}
}
