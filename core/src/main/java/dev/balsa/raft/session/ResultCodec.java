package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;

/**
 * How results are kept in a snapshot, so that a request that is repeated after a restart gets the
 * result it got at first. {@code decode(encode(r))} equals {@code r}, on every replica.
 *
 * @param <R> the state machine's result; must not change once it was given
 */
public interface ResultCodec<R> {
  /** Whole numbers. */
  ResultCodec<Long> LONG =
      new ResultCodec<>() {
        @Override
        public Bytes encode(Long result) {
          return Bytes.utf8(Long.toString(result));
        }

        @Override
        public Long decode(Bytes bytes) {
          return Long.parseLong(bytes.toUtf8());
        }
      };

  /** Results that are bytes. */
  ResultCodec<Bytes> BYTES =
      new ResultCodec<>() {
        @Override
        public Bytes encode(Bytes result) {
          return result;
        }

        @Override
        public Bytes decode(Bytes bytes) {
          return bytes;
        }
      };

  /** The form to keep, up to 32 MiB. */
  Bytes encode(R result);

  /**
   * The result that {@link #encode} made {@code bytes} from.
   *
   * @throws RuntimeException if it made no such bytes; the node then stops
   */
  R decode(Bytes bytes);
}
