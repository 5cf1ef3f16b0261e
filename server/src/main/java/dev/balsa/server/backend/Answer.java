package dev.balsa.server.backend;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResultCodec;
import dev.balsa.kv.MalformedBytesException;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.session.ResultCodec;

/**
 * What a write within a session came to, and whose write it was: whoever asks again must be the
 * same user, since the answer may tell what others must not read.
 *
 * @param user empty if none was named
 */
record Answer(Bytes user, KvResult result) {

  /**
   * Kept as the length of the user's name in 4 bytes, the least significant first, name, result.
   */
  static final ResultCodec<Answer> CODEC =
      new ResultCodec<>() {
        @Override
        public Bytes encode(Answer answer) {
          byte[] user = answer.user().toByteArray();
          byte[] result = KvResultCodec.encode(answer.result()).toByteArray();
          byte[] all = new byte[Integer.BYTES + user.length + result.length];
          for (int i = 0; i < Integer.BYTES; i++) {
            all[i] = (byte) (user.length >>> (8 * i));
          }
          System.arraycopy(user, 0, all, Integer.BYTES, user.length);
          System.arraycopy(result, 0, all, Integer.BYTES + user.length, result.length);
          return Bytes.wrap(all);
        }

        @Override
        public Answer decode(Bytes bytes) {
          int length = 0;
          for (int i = 0; i < Integer.BYTES; i++) {
            length |= (bytes.at(i) & 0xff) << (8 * i);
          }
          int end = Integer.BYTES + length;
          return new Answer(
              bytes.slice(Integer.BYTES, end),
              KvResultCodec.decode(bytes.slice(end, bytes.length())));
        }
      };

  /** Who is behind an encoded command of the store. */
  static Bytes userOf(Bytes command) {
    try {
      return CommandCodec.decode(command) instanceof Command.As as
          ? Bytes.wrap(as.caller().user().toByteArray())
          : Bytes.EMPTY;
    } catch (MalformedBytesException refusedAnyway) {
      return Bytes.EMPTY;
    }
  }
}
