package dev.balsa.node.net;

import dev.balsa.node.codec.EncodedSlice;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.codec.SnapshotMetaCodec;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Denied;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as bodies of frames. The head holds the fixed fields: {@code from 8 | term 8}, then the
 * case's own fields in their order, a number in 8 bytes, an entry id as term and index, a flag or a
 * {@link Refusal} in 1; an answer about a vote ends with why it was denied ({@link DeniedCodec}).
 * The tail is the slice of an append ({@link dev.balsa.node.codec}) or the commands (or changes:
 * {@link ChangeCodec}) of a forward: {@code count 4}, then each as {@code length 4 | data}. A chunk
 * of a snapshot tells in its head {@code offset | attempt | round}, and in its tail what the
 * snapshot is ({@link dev.balsa.node.codec.SnapshotMetaCodec}) before the bytes.
 *
 * <p>Not thread-safe, since the {@link SliceCodec} that it shares with the log is not.
 */
final class MessageCodec {
  /** The longest head: a pre-vote's answer. */
  static final int HEAD_BYTES_MAX = 25 + DeniedCodec.BYTES;

  private static final byte VOTE = 16;
  private static final byte VOTE_REPLY = 17;
  private static final byte APPEND = 18;
  private static final byte APPEND_ACK = 19;
  private static final byte APPEND_REJECT = 20;
  private static final byte FORWARD = 21;
  private static final byte FORWARDED = 22;
  private static final byte FORWARD_REFUSED = 23;
  private static final byte READ_INDEX = 24;
  private static final byte READ_INDEX_REPLY = 25;
  private static final byte READ_INDEX_REFUSED = 26;
  private static final byte PRE_VOTE = 27;
  private static final byte PRE_VOTE_REPLY = 28;
  private static final byte TIMEOUT_NOW = 29;
  private static final byte FORWARD_CHANGE = 30;
  private static final byte QUIET = 31;
  private static final byte SNAPSHOT_CHUNK = 32;
  private static final byte SNAPSHOT_ACK = 33;

  private static final ByteBuffer NO_TAIL = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final SliceCodec slices;

  MessageCodec(SliceCodec slices) {
    this.slices = slices;
  }

  /** What stands in the frame's header for {@code message}. */
  static byte type(Message message) {
    return switch (message) {
      case Message.PreVote vote -> PRE_VOTE;
      case Message.PreVoteReply reply -> PRE_VOTE_REPLY;
      case Message.Vote vote -> VOTE;
      case Message.VoteReply reply -> VOTE_REPLY;
      case Message.Append append -> APPEND;
      case Message.AppendAck ack -> APPEND_ACK;
      case Message.AppendReject reject -> APPEND_REJECT;
      case Message.SnapshotChunk chunk -> SNAPSHOT_CHUNK;
      case Message.SnapshotAck ack -> SNAPSHOT_ACK;
      case Message.TimeoutNow order -> TIMEOUT_NOW;
      case Message.Quiet quiet -> QUIET;
      case Message.Forward forward -> FORWARD;
      case Message.ForwardChange forward -> FORWARD_CHANGE;
      case Message.Forwarded forwarded -> FORWARDED;
      case Message.ForwardRefused refused -> FORWARD_REFUSED;
      case Message.ReadIndex read -> READ_INDEX;
      case Message.ReadIndexReply reply -> READ_INDEX_REPLY;
      case Message.ReadIndexRefused refused -> READ_INDEX_REFUSED;
    };
  }

  /** Puts the head, at most {@link #HEAD_BYTES_MAX} bytes, into {@code out}. */
  static void putHead(Message message, ByteBuffer out) {
    out.putLong(message.from().value()).putLong(message.term());
    switch (message) {
      case Message.PreVote(var from, var term, var last, var round) ->
          Fields.put(out, last).putLong(round);
      case Message.PreVoteReply(var from, var term, var granted, var denied, var round) ->
          DeniedCodec.put(denied, out.put(Fields.code(granted)).putLong(round));
      case Message.Vote(var from, var term, var last, var transfer) -> {
        Fields.put(out, last);
        out.put(Fields.code(transfer));
      }
      case Message.VoteReply(var from, var term, var granted, var denied) ->
          DeniedCodec.put(denied, out.put(Fields.code(granted)));
      case Message.Append(var from, var term, var slice, var commit, var round) ->
          out.putLong(commit).putLong(round);
      case Message.AppendAck(var from, var term, var match, var round) ->
          out.putLong(match).putLong(round);
      case Message.AppendReject(
              var from,
              var term,
              var rejected,
              var hint,
              var round,
              var lost) -> {
        out.putLong(rejected);
        Fields.put(out, hint);
        out.putLong(round);
        out.put(Fields.code(lost));
      }
      case Message.SnapshotChunk(
              var from,
              var term,
              var snapshot,
              var offset,
              var data,
              var attempt,
              var round) ->
          out.putLong(offset).putLong(attempt).putLong(round);
      case Message.SnapshotAck(var from, var term, var offset, var attempt, var round) ->
          out.putLong(offset).putLong(attempt).putLong(round);
      case Message.TimeoutNow(var from, var term) -> {}
      case Message.Quiet(var from, var term, var last, var round, var answer) ->
          Fields.put(out, last).putLong(round).put(Fields.code(answer));
      case Message.Forward(var from, var term, var proposal, var commands) -> out.putLong(proposal);
      case Message.ForwardChange(var from, var term, var proposal, var changes) ->
          out.putLong(proposal);
      case Message.Forwarded(var from, var term, var proposal, var first) -> {
        out.putLong(proposal);
        Fields.put(out, first);
      }
      case Message.ForwardRefused(var from, var term, var proposal, var reason) ->
          out.putLong(proposal).put(code(reason));
      case Message.ReadIndex(var from, var term, var read) -> out.putLong(read);
      case Message.ReadIndexReply(var from, var term, var read, var index) ->
          out.putLong(read).putLong(index);
      case Message.ReadIndexRefused(var from, var term, var read, var reason) ->
          out.putLong(read).put(code(reason));
    }
  }

  /** What follows the head: immutable bytes and their checksum. */
  Tail tail(Message message) {
    return switch (message) {
      case Message.Append append -> {
        EncodedSlice slice = slices.encode(append.slice());
        yield new Tail(slice.body(), slice.crc());
      }
      case Message.SnapshotChunk chunk -> chunk(chunk);
      case Message.Forward forward -> commands(forward.commands());
      case Message.ForwardChange forward ->
          commands(forward.changes().stream().map(ChangeCodec::encode).toList());
      case Message.PreVote vote -> Tail.NONE;
      case Message.PreVoteReply reply -> Tail.NONE;
      case Message.Vote vote -> Tail.NONE;
      case Message.VoteReply reply -> Tail.NONE;
      case Message.AppendAck ack -> Tail.NONE;
      case Message.AppendReject reject -> Tail.NONE;
      case Message.SnapshotAck ack -> Tail.NONE;
      case Message.TimeoutNow order -> Tail.NONE;
      case Message.Quiet quiet -> Tail.NONE;
      case Message.Forwarded forwarded -> Tail.NONE;
      case Message.ForwardRefused refused -> Tail.NONE;
      case Message.ReadIndex read -> Tail.NONE;
      case Message.ReadIndexReply reply -> Tail.NONE;
      case Message.ReadIndexRefused refused -> Tail.NONE;
    };
  }

  /**
   * Reads the message in {@code frame}; its commands share the frame's array.
   *
   * @throws MalformedException if there is none
   */
  Message decode(Frame frame) throws MalformedException {
    ByteBuffer head = ByteBuffer.wrap(frame.body(), 0, frame.headBytes());
    byte type = frame.type();
    int wanted = headBytes(type);
    if (head.remaining() != wanted) {
      throw new MalformedException(
          "message of type %d has a head of %d bytes, wanted %d"
              .formatted(type, head.remaining(), wanted));
    }
    boolean tailed =
        type == APPEND || type == FORWARD || type == FORWARD_CHANGE || type == SNAPSHOT_CHUNK;
    if (frame.tailBytes() > 0 && !tailed) {
      throw new MalformedException(
          "message of type %d has %d bytes too many".formatted(type, frame.tailBytes()));
    }
    NodeId from = new NodeId(head.getLong());
    long term = Fields.number(head);
    return switch (type) {
      case PRE_VOTE -> new Message.PreVote(from, term, Fields.id(head), head.getLong());
      case PRE_VOTE_REPLY -> preVoteReply(from, term, head);
      case VOTE -> new Message.Vote(from, term, Fields.id(head), Fields.flag(head));
      case VOTE_REPLY -> voteReply(from, term, head);
      case APPEND ->
          new Message.Append(from, term, slice(frame), Fields.number(head), Fields.number(head));
      case APPEND_ACK ->
          new Message.AppendAck(from, term, Fields.number(head), Fields.number(head));
      case APPEND_REJECT ->
          new Message.AppendReject(
              from,
              term,
              Fields.number(head),
              Fields.id(head),
              Fields.number(head),
              Fields.flag(head));
      case SNAPSHOT_CHUNK -> chunk(frame, from, term, head);
      case SNAPSHOT_ACK ->
          new Message.SnapshotAck(
              from, term, Fields.number(head), Fields.number(head), Fields.number(head));
      case TIMEOUT_NOW -> new Message.TimeoutNow(from, term);
      case QUIET ->
          new Message.Quiet(from, term, Fields.id(head), Fields.number(head), Fields.flag(head));
      case FORWARD -> new Message.Forward(from, term, head.getLong(), commands(frame));
      case FORWARD_CHANGE -> forwardChange(from, term, head.getLong(), commands(frame));
      case FORWARDED -> new Message.Forwarded(from, term, head.getLong(), Fields.id(head));
      case FORWARD_REFUSED -> new Message.ForwardRefused(from, term, head.getLong(), refusal(head));
      case READ_INDEX -> new Message.ReadIndex(from, term, head.getLong());
      case READ_INDEX_REPLY ->
          new Message.ReadIndexReply(from, term, head.getLong(), Fields.number(head));
      case READ_INDEX_REFUSED ->
          new Message.ReadIndexRefused(from, term, head.getLong(), refusal(head));
      default -> throw unknown(type);
    };
  }

  private static Message preVoteReply(NodeId from, long term, ByteBuffer head)
      throws MalformedException {
    boolean granted = Fields.flag(head);
    long round = head.getLong();
    Denied denied = DeniedCodec.get(head, granted);
    return new Message.PreVoteReply(from, term, granted, denied, round);
  }

  private static Message voteReply(NodeId from, long term, ByteBuffer head)
      throws MalformedException {
    boolean granted = Fields.flag(head);
    return new Message.VoteReply(from, term, granted, DeniedCodec.get(head, granted));
  }

  private static Message forwardChange(NodeId from, long term, long proposal, List<Bytes> encoded)
      throws MalformedException {
    List<Change> changes = new ArrayList<>();
    for (Bytes change : encoded) {
      changes.add(ChangeCodec.decode(change));
    }
    try {
      return new Message.ForwardChange(from, term, proposal, changes);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
  }

  private static int headBytes(byte type) throws MalformedException {
    return switch (type) {
      case TIMEOUT_NOW -> 16;
      case VOTE_REPLY -> 17 + DeniedCodec.BYTES;
      case VOTE -> 33;
      case APPEND, APPEND_ACK, READ_INDEX_REPLY -> 32;
      case APPEND_REJECT -> 49;
      case FORWARD, FORWARD_CHANGE, READ_INDEX -> 24;
      case FORWARDED, PRE_VOTE, SNAPSHOT_CHUNK, SNAPSHOT_ACK -> 40;
      case QUIET -> 41;
      case PRE_VOTE_REPLY -> 25 + DeniedCodec.BYTES;
      case FORWARD_REFUSED, READ_INDEX_REFUSED -> 25;
      default -> throw unknown(type);
    };
  }

  private static MalformedException unknown(byte type) {
    return new MalformedException("frame of unknown type %d".formatted(type));
  }

  private LogSlice slice(Frame frame) throws MalformedException {
    return slices.decode(frame.body(), frame.headBytes(), frame.tailBytes(), frame.tailCrc());
  }

  private static Tail chunk(Message.SnapshotChunk chunk) {
    byte[] meta = SnapshotMetaCodec.encode(chunk.snapshot());
    ByteBuffer out = ByteBuffer.allocate(meta.length + chunk.data().length()).put(meta);
    chunk.data().writeTo(out::put);
    return new Tail(out.flip(), SliceCodec.crc(out.array(), 0, out.limit()));
  }

  private static Message chunk(Frame frame, NodeId from, long term, ByteBuffer head)
      throws MalformedException {
    if (!frame.isTailIntact()) {
      throw new MalformedException("chunk of a snapshot does not match its checksum");
    }
    ByteBuffer tail = ByteBuffer.wrap(frame.body(), frame.headBytes(), frame.tailBytes());
    SnapshotMeta snapshot = SnapshotMetaCodec.decode(tail);
    Bytes data = Bytes.wrap(frame.body(), tail.position(), tail.remaining());
    long offset = Fields.number(head);
    if (offset > snapshot.bytes() - data.length()) {
      throw new MalformedException(
          "%d bytes at %d of a snapshot of %d".formatted(data.length(), offset, snapshot.bytes()));
    }
    return new Message.SnapshotChunk(
        from, term, snapshot, offset, data, Fields.number(head), Fields.number(head));
  }

  private static Tail commands(List<Bytes> commands) {
    long bytes = Integer.BYTES;
    for (Bytes command : commands) {
      bytes += Integer.BYTES + command.length();
    }
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes)).putInt(commands.size());
    for (Bytes command : commands) {
      out.putInt(command.length());
      command.writeTo(out::put);
    }
    return new Tail(out.flip(), SliceCodec.crc(out.array(), 0, out.limit()));
  }

  private static List<Bytes> commands(Frame frame) throws MalformedException {
    if (!frame.isTailIntact()) {
      throw new MalformedException("forwarded commands do not match their checksum");
    }
    byte[] array = frame.body();
    ByteBuffer in = ByteBuffer.wrap(array, frame.headBytes(), frame.tailBytes());
    int count = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (count < 0 || count > in.remaining() / Integer.BYTES) {
      throw new MalformedException(
          "%d bytes cannot hold %d forwarded commands".formatted(frame.tailBytes(), count));
    }
    List<Bytes> commands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new MalformedException(
            "forwarded command %d of %d says %d bytes, %d are left"
                .formatted(i + 1, count, length, in.remaining()));
      }
      commands.add(Bytes.wrap(array, in.position(), length));
      in.position(in.position() + length);
    }
    if (in.hasRemaining()) {
      throw new MalformedException(
          "%d bytes follow the last forwarded command".formatted(in.remaining()));
    }
    return commands;
  }

  private static byte code(Refusal reason) {
    return switch (reason) {
      case NO_LEADER -> 1;
      case LEADER_CHANGED -> 2;
      case UNCOMMITTED_BYTES -> 3;
      case QUEUE_FULL -> 4;
      case LEADER_NOT_READY -> 16;
      case CHANGE_IN_PROGRESS -> 17;
      case UNKNOWN_MEMBER -> 18;
      case MEMBER_EXISTS -> 19;
      case ID_REUSED -> 20;
      case NOT_A_LEARNER -> 21;
      case NOT_A_VOTER -> 22;
      case NOT_CAUGHT_UP -> 23;
      case LAST_VOTER -> 24;
      case QUORUM_LOST -> 25;
      case NOTHING_TO_CHANGE -> 26;
      case TRANSFERRING -> 5;
      case TOO_STALE -> 6;
      case DISK_FULL -> 7;
    };
  }

  private static Refusal refusal(ByteBuffer in) throws MalformedException {
    byte code = in.get();
    for (Refusal reason : Refusal.values()) {
      if (code(reason) == code) {
        return reason;
      }
    }
    throw new MalformedException("unknown reason %d of a refusal".formatted(code));
  }

  /**
   * The variable part of a body.
   *
   * @param bytes never changed afterwards
   * @param crc their CRC32C
   */
  record Tail(ByteBuffer bytes, int crc) {
    static final Tail NONE = new Tail(NO_TAIL, 0);
  }
}
