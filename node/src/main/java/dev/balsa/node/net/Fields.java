package dev.balsa.node.net;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.raft.EntryId;
import java.nio.ByteBuffer;

/** The fields that heads of messages are made of. */
final class Fields {
  private Fields() {}

  static ByteBuffer put(ByteBuffer out, EntryId id) {
    return out.putLong(id.term()).putLong(id.index());
  }

  static EntryId id(ByteBuffer in) throws MalformedException {
    long term = number(in);
    long index = number(in);
    if ((term == 0) != (index == 0)) {
      throw new MalformedException("entry id %d/%d is no place in a log".formatted(term, index));
    }
    return new EntryId(term, index);
  }

  static long number(ByteBuffer in) throws MalformedException {
    long number = in.getLong();
    if (number < 0) {
      throw new MalformedException("term or index %d is negative".formatted(number));
    }
    return number;
  }

  static byte code(boolean flag) {
    return (byte) (flag ? 1 : 0);
  }

  static boolean flag(ByteBuffer in) throws MalformedException {
    byte flag = in.get();
    if (flag != 0 && flag != 1) {
      throw new MalformedException("flag is %d, wanted 0 or 1".formatted(flag));
    }
    return flag == 1;
  }
}
