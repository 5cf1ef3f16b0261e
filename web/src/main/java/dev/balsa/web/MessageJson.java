package dev.balsa.web;

import dev.balsa.raft.Denied;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import org.jspecify.annotations.Nullable;

/** What nodes say as JSON members; a new case of {@link Message} must fail to compile here. */
final class MessageJson {
  private MessageJson() {}

  /**
   * Writes {@code message} into an open object. {@code kind} is how it is drawn: vote, append,
   * client, order; {@code ok} is there for answers and says whether they agree.
   */
  static void write(Json json, Message message) {
    json.field("name", message.getClass().getSimpleName()).field("term", message.term());
    switch (message) {
      case Message.PreVote ask -> kind(json, "prevote").field("last", ask.last().toString());
      case Message.PreVoteReply reply -> {
        kind(json, "prevote").field("ok", reply.granted());
        denied(json, reply.denied());
      }
      case Message.Vote ask ->
          kind(json, "vote").field("last", ask.last().toString()).field("transfer", ask.transfer());
      case Message.VoteReply reply -> {
        kind(json, "vote").field("ok", reply.granted());
        denied(json, reply.denied());
      }
      case Message.Append append -> append(json, append.slice(), append.commit());
      case Message.AppendAck ack ->
          kind(json, "append").field("ok", true).field("match", ack.match());
      case Message.AppendReject reject -> reject(json, reject.rejected(), reject.hint());
      case Message.SnapshotChunk chunk ->
          kind(json, "snapshot")
              .field("last", chunk.snapshot().last().toString())
              .field("offset", chunk.offset())
              .field("bytes", chunk.data().length());
      case Message.SnapshotAck ack ->
          kind(json, "snapshot").field("ok", true).field("offset", ack.offset());
      case Message.ForwardChange forward ->
          kind(json, "client").field("changes", EventJson.words(forward.changes()));
      case Message.TimeoutNow order -> kind(json, "order");
      case Message.Quiet quiet -> kind(json, "order");
      case Message.Forward forward ->
          kind(json, "client").field("commands", forward.commands().size());
      case Message.Forwarded forwarded ->
          kind(json, "client").field("ok", true).field("first", forwarded.first().toString());
      case Message.ForwardRefused refused ->
          kind(json, "client").field("ok", false).field("reason", refused.reason().name());
      case Message.ReadIndex ask -> kind(json, "client");
      case Message.ReadIndexReply reply ->
          kind(json, "client").field("ok", true).field("index", reply.index());
      case Message.ReadIndexRefused refused ->
          kind(json, "client").field("ok", false).field("reason", refused.reason().name());
    }
  }

  private static Json kind(Json json, String kind) {
    return json.field("kind", kind);
  }

  private static void denied(Json json, @Nullable Denied denied) {
    if (denied != null) {
      json.field("reason", denied.reason().name());
    }
  }

  private static void append(Json json, LogSlice slice, long commit) {
    kind(json, slice.isEmpty() ? "heartbeat" : "append")
        .field("prev", slice.prev().toString())
        .field("commit", commit);
    json.name("entries").openList();
    for (Entry entry : slice.entries()) {
      json.value(entry.id().toString());
    }
    json.closeList();
  }

  private static void reject(Json json, long rejected, EntryId hint) {
    kind(json, "append")
        .field("ok", false)
        .field("rejected", rejected)
        .field("hint", hint.toString());
  }
}
