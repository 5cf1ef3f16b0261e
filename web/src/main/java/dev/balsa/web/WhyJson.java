package dev.balsa.web;

import dev.balsa.raft.FollowerPaused;
import dev.balsa.raft.NoCommands;
import dev.balsa.raft.NoCommit;
import dev.balsa.raft.NoLeader;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadsWait;
import dev.balsa.raft.Why;
import java.util.List;

/**
 * Why something does not go on, as JSON: its question, its kind by name and its members. The page
 * has the sentences, in each of its languages.
 */
public final class WhyJson {
  private WhyJson() {}

  /** Writes a list of all reasons as the value of what was named last. */
  public static void write(Json json, List<Why> reasons) {
    json.openList();
    for (Why why : reasons) {
      json.open().field("question", why.question().name());
      json.field("kind", why.getClass().getSimpleName());
      write(json, why);
      json.close();
    }
    json.closeList();
  }

  private static void write(Json json, Why why) {
    switch (why) {
      case NoLeader none -> noLeader(json, none);
      case NoCommit none -> noCommit(json, none);
      case NoCommands none -> noCommands(json, none);
      case FollowerPaused paused -> followerPaused(json, paused);
      case ReadsWait wait -> readsWait(json, wait);
    }
  }

  private static void noLeader(Json json, NoLeader why) {
    switch (why) {
      case NoLeader.ElectionDue(long inNanos) -> json.field("inNanos", inNanos);
      case NoLeader.LeaderSilent(NodeId leader, long silentNanos) ->
          json.field("node", leader).field("sinceNanos", silentNanos);
      case NoLeader.MayNotCampaign(NoLeader.Bar bar) -> json.field("bar", bar.name());
      case NoLeader.VotesMissing missing -> {
        json.field("preVote", missing.preVote());
        json.field("held", missing.held()).field("needed", missing.needed());
        nodes(json, "denied", missing.denied().stream().map(NoLeader.Denier::voter).toList());
        nodes(json, "silent", missing.silent());
      }
      case NoLeader.OwnVoteNotDurable(long term) -> json.field("term", term);
      case NoLeader.VotersLost(List<NodeId> lost, int held, int needed) -> {
        nodes(json, "lost", lost);
        json.field("held", held).field("needed", needed);
      }
    }
  }

  private static void noCommit(Json json, NoCommit why) {
    switch (why) {
      case NoCommit.TooFewHold few -> {
        json.field("index", few.index()).field("opensTerm", few.opensTerm());
        json.field("sinceNanos", few.sinceNanos());
        json.field("held", few.held()).field("needed", few.needed());
        json.name("lacking").openList();
        for (NoCommit.Lack lack : few.lacking()) {
          json.open().field("node", lack.node()).field("hold", lack.hold().name()).close();
        }
        json.closeList();
      }
      case NoCommit.ForceHangs(long sinceNanos) -> json.field("sinceNanos", sinceNanos);
    }
  }

  private static void noCommands(Json json, NoCommands why) {
    switch (why) {
      case NoCommands.HandingOver(NodeId target) -> json.field("node", target);
      case NoCommands.DiskFull(long roomBytes) -> json.field("bytes", roomBytes);
      case NoCommands.UncommittedFull(long bytes, long bytesMax) ->
          json.field("bytes", bytes).field("bytesMax", bytesMax);
    }
  }

  private static void followerPaused(Json json, FollowerPaused why) {
    json.field("node", why.follower());
    switch (why) {
      case FollowerPaused.Held held -> {
        json.field("hold", held.hold().name());
        json.field("match", held.match()).field("last", held.last());
        json.field("sinceNanos", held.silentNanos());
      }
      case FollowerPaused.TakesSnapshot taken ->
          json.field("last", taken.snapshot().toString())
              .field("bytes", taken.bytes())
              .field("bytesMax", taken.bytesMax());
    }
  }

  private static void readsWait(Json json, ReadsWait why) {
    json.field("reads", why.reads()).field("sinceNanos", why.sinceNanos());
    switch (why) {
      case ReadsWait.TermNotOpen none -> {}
      case ReadsWait.Unconfirmed unconfirmed -> nodes(json, "missing", unconfirmed.missing());
      case ReadsWait.PassedOn passed -> json.field("node", passed.leader());
      case ReadsWait.NotApplied behind ->
          json.field("applied", behind.applied()).field("commit", behind.commit());
    }
  }

  private static void nodes(Json json, String name, List<NodeId> nodes) {
    json.name(name).openList();
    nodes.forEach(json::value);
    json.closeList();
  }
}
