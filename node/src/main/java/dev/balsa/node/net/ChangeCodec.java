package dev.balsa.node.net;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.MembershipCodec;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import java.nio.ByteBuffer;

/**
 * A change of the membership as bytes: {@code kind 1 | node 8 | seat 1}, then its context up to the
 * end. Seat and context are 0 and empty where the change has none.
 */
final class ChangeCodec {
  private static final byte ADD = 0;
  private static final byte PROMOTE = 1;
  private static final byte DEMOTE = 2;
  private static final byte REMOVE = 3;
  private static final byte UPDATE = 4;
  private static final int HEAD_BYTES = 10;

  private ChangeCodec() {}

  static Bytes encode(Change change) {
    return switch (change) {
      case Change.Add(var node, var seat, var context) ->
          encode(ADD, node, MembershipCodec.code(seat), context);
      case Change.Promote(var node) -> encode(PROMOTE, node, (byte) 0, Bytes.EMPTY);
      case Change.Demote(var node) -> encode(DEMOTE, node, (byte) 0, Bytes.EMPTY);
      case Change.Remove(var node) -> encode(REMOVE, node, (byte) 0, Bytes.EMPTY);
      case Change.Update(var node, var context) -> encode(UPDATE, node, (byte) 0, context);
    };
  }

  private static Bytes encode(byte kind, NodeId node, byte seat, Bytes context) {
    byte[] bytes = new byte[HEAD_BYTES + context.length()];
    ByteBuffer out = ByteBuffer.wrap(bytes).put(kind).putLong(node.value()).put(seat);
    context.writeTo(out::put);
    return Bytes.wrap(bytes);
  }

  static Change decode(Bytes bytes) throws MalformedException {
    if (bytes.length() < HEAD_BYTES) {
      throw new MalformedException(
          "change of %d bytes, wanted at least %d".formatted(bytes.length(), HEAD_BYTES));
    }
    long id = 0;
    for (int i = 1; i <= Long.BYTES; i++) {
      id = id << Byte.SIZE | (bytes.at(i) & 0xff);
    }
    NodeId node = new NodeId(id);
    byte kind = bytes.at(0);
    Seat seat = MembershipCodec.seat(bytes.at(HEAD_BYTES - 1));
    Bytes context = bytes.slice(HEAD_BYTES, bytes.length());
    try {
      return switch (kind) {
        case ADD -> new Change.Add(node, seat, context);
        case PROMOTE -> new Change.Promote(node);
        case DEMOTE -> new Change.Demote(node);
        case REMOVE -> new Change.Remove(node);
        case UPDATE -> new Change.Update(node, context);
        default -> throw new MalformedException("change of unknown kind %d".formatted(kind));
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
  }
}
