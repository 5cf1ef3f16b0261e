package dev.balsa.web;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;
import dev.balsa.raft.trace.LogRuns;
import dev.balsa.raft.trace.Recorded;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges a recording by what every run of Raft must keep (paper figure 3): election safety, one
 * vote a term, state machine safety, leader completeness. Of entries their ids are compared; what
 * clients wrote is not recorded.
 */
final class Verdict {
  private static final long RUN_MAX = 10_000; // entries compared for one commit

  private final TreeMap<Long, NodeId> leaders = new TreeMap<>();
  private final TreeMap<String, NodeId> votes = new TreeMap<>();
  private final CommittedTerms committed = new CommittedTerms();
  private long committedTerm; // the term in which the last of them was committed

  /** What {@code step} of {@code track} breaks, or null. */
  @Nullable Sentence judge(Track track, Recorded.Step step, long commitBefore) {
    NodeId node = track.recording.node();
    for (Event event : step.events()) {
      Sentence broken =
          switch (event) {
            case Event.BecameLeader leader -> led(node, leader.term(), track.log);
            case Event.VoteGranted vote -> voted(node, vote.term(), vote.candidate());
            default -> null; // the others can break nothing by themselves
          };
      if (broken != null) {
        return broken;
      }
    }
    long commit = step.standing().commit();
    return commit > commitBefore ? commits(node, commitBefore, track) : null;
  }

  private @Nullable Sentence led(NodeId node, long term, LogRuns log) {
    NodeId other = leaders.putIfAbsent(term, node);
    if (other != null && !other.equals(node)) {
      return Sentence.of("election safety: term %s is led by %s and %s", term, other, node);
    }
    if (committedTerm >= term || committed.last() == 0) {
      return null; // what later leaders commit an earlier one need not hold
    }
    EntryId last = new EntryId(committed.at(committed.last()), committed.last());
    boolean holds = log.base().index() >= last.index() || log.termAt(last.index()) == last.term();
    return holds
        ? null
        : Sentence.of(
            "leader completeness: %s leads term %s without the committed %s", node, term, last);
  }

  private @Nullable Sentence voted(NodeId node, long term, NodeId candidate) {
    NodeId other = votes.putIfAbsent(node + " in " + term, candidate);
    return other == null || other.equals(candidate)
        ? null
        : Sentence.of(
            "one vote a term: %s voted for %s and %s in term %s", node, other, candidate, term);
  }

  private @Nullable Sentence commits(NodeId node, long before, Track track) {
    long to = track.standing.commit();
    for (long index = Math.max(before + 1, to - RUN_MAX); index <= to; index++) {
      long term = track.log.termAt(index);
      long known = committed.at(index);
      if (term == CommittedTerms.UNKNOWN) {
        continue; // the log's beginning is gone
      }
      if (known != CommittedTerms.UNKNOWN && known != term) {
        return Sentence.of(
            "state machine safety: %s commits %s/%s, another %s/%s",
            node, term, index, known, index);
      }
      committed.add(index, term);
    }
    committedTerm = Math.max(committedTerm, track.standing.term());
    return null;
  }
}
