package dev.balsa.raft.trace;

import dev.balsa.raft.Denied;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import org.jspecify.annotations.Nullable;

/** What peers said, as a trace keeps it: whole but for what clients wrote. */
final class Messages {
  private static final Refusal[] REFUSALS = Refusal.values();

  // the answer about a vote
  private static final int DENIED = 0; // for no reason that is told
  private static final int GRANTED = 1;
  private static final int DENIED_BECAUSE = 2; // and the reason

  private Messages() {}

  static void write(TraceOut out, Message message) {
    switch (message) {
      case Message.PreVote it -> {
        head(out, 0, it);
        Values.write(out, it.last());
        out.serial(it.round());
      }
      case Message.PreVoteReply it -> {
        vote(head(out, 1, it), it.granted(), it.denied());
        out.serial(it.round());
      }
      case Message.Vote it -> {
        head(out, 2, it);
        Values.write(out, it.last());
        out.flag(it.transfer());
      }
      case Message.VoteReply it -> vote(head(out, 3, it), it.granted(), it.denied());
      case Message.Append it -> {
        head(out, 4, it);
        Values.write(out, it.slice());
        out.index(it.commit()).serial(it.round());
      }
      case Message.AppendAck it -> head(out, 5, it).index(it.match()).serial(it.round());
      case Message.AppendReject it -> {
        head(out, 6, it).index(it.rejected());
        Values.write(out, it.hint());
        out.serial(it.round()).flag(it.lost());
      }
      case Message.SnapshotChunk it -> {
        head(out, 7, it);
        Values.write(out, it.snapshot());
        out.count(it.offset());
        Values.write(out, it.data());
        out.serial(it.attempt()).serial(it.round());
      }
      case Message.SnapshotAck it ->
          head(out, 8, it).count(it.offset()).serial(it.attempt()).serial(it.round());
      case Message.TimeoutNow it -> head(out, 9, it);
      case Message.Quiet it -> {
        head(out, 10, it);
        Values.write(out, it.last());
        out.serial(it.round()).flag(it.answer());
      }
      case Message.Forward it -> {
        head(out, 11, it).serial(it.proposal());
        Values.write(out, it.commands());
      }
      case Message.ForwardChange it -> {
        head(out, 12, it).serial(it.proposal());
        Values.writeChanges(out, it.changes());
      }
      case Message.Forwarded it -> {
        head(out, 13, it).serial(it.proposal());
        Values.write(out, it.first());
      }
      case Message.ForwardRefused it ->
          head(out, 14, it).serial(it.proposal()).oneOf(REFUSALS, it.reason());
      case Message.ReadIndex it -> head(out, 15, it).serial(it.read());
      case Message.ReadIndexReply it -> head(out, 16, it).serial(it.read()).index(it.index());
      case Message.ReadIndexRefused it ->
          head(out, 17, it).serial(it.read()).oneOf(REFUSALS, it.reason());
    }
  }

  private static TraceOut head(TraceOut out, int code, Message message) {
    return out.code(code).node(message.from()).term(message.term());
  }

  private static void vote(TraceOut out, boolean granted, @Nullable Denied denied) {
    out.code(granted ? GRANTED : denied == null ? DENIED : DENIED_BECAUSE);
    if (denied != null) {
      Values.write(out, denied);
    }
  }

  static Message read(TraceIn in) {
    int code = in.code();
    NodeId from = in.node();
    long term = in.term();
    return switch (code) {
      case 0 -> new Message.PreVote(from, term, Values.id(in), in.serial());
      case 1 -> {
        int vote = vote(in);
        yield new Message.PreVoteReply(from, term, vote == GRANTED, denied(in, vote), in.serial());
      }
      case 2 -> new Message.Vote(from, term, Values.id(in), in.flag());
      case 3 -> {
        int vote = vote(in);
        yield new Message.VoteReply(from, term, vote == GRANTED, denied(in, vote));
      }
      case 4 -> new Message.Append(from, term, Values.slice(in), in.index(), in.serial());
      case 5 -> new Message.AppendAck(from, term, in.index(), in.serial());
      case 6 ->
          new Message.AppendReject(from, term, in.index(), Values.id(in), in.serial(), in.flag());
      case 7 ->
          new Message.SnapshotChunk(
              from,
              term,
              Values.snapshot(in),
              in.count(),
              Values.bytes(in),
              in.serial(),
              in.serial());
      case 8 -> new Message.SnapshotAck(from, term, in.count(), in.serial(), in.serial());
      case 9 -> new Message.TimeoutNow(from, term);
      case 10 -> new Message.Quiet(from, term, Values.id(in), in.serial(), in.flag());
      case 11 -> new Message.Forward(from, term, in.serial(), Values.commands(in));
      case 12 -> new Message.ForwardChange(from, term, in.serial(), Values.changes(in));
      case 13 -> new Message.Forwarded(from, term, in.serial(), Values.id(in));
      case 14 -> new Message.ForwardRefused(from, term, in.serial(), refusal(in));
      case 15 -> new Message.ReadIndex(from, term, in.serial());
      case 16 -> new Message.ReadIndexReply(from, term, in.serial(), in.index());
      case 17 -> new Message.ReadIndexRefused(from, term, in.serial(), refusal(in));
      default -> throw new TraceException("has the unknown message %s", code);
    };
  }

  private static int vote(TraceIn in) {
    int vote = in.code();
    if (vote > DENIED_BECAUSE) {
      throw new TraceException("has the unknown answer %s about a vote", vote);
    }
    return vote;
  }

  private static @Nullable Denied denied(TraceIn in, int vote) {
    return vote == DENIED_BECAUSE ? Values.denied(in) : null;
  }

  static void write(TraceOut out, Refusal refusal) {
    out.oneOf(REFUSALS, refusal);
  }

  static Refusal refusal(TraceIn in) {
    return in.oneOf(REFUSALS, "refusal");
  }
}
