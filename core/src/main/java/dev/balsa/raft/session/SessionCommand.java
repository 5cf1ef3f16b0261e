package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a group with sessions replicates: the user's command with who asks for it, or a word about
 * the session itself.
 *
 * <p>Byte form, version 1: a kind (0 plain, 1 open, 2 request, 3 keep alive, 4 close), then the
 * record's numbers in their order as varints, then the command as it is.
 */
public sealed interface SessionCommand {
  /** A command outside of any session: done as often as it is committed. */
  record Plain(Bytes command) implements SessionCommand {}

  /**
   * Opens a session; its name is the index of this command in the log, which no other ever has.
   *
   * @param timeoutMillis how much log time may pass without a word of the client before the session
   *     ends, in 1..{@link #TIMEOUT_MILLIS_MAX}
   * @param stampMillis the submitter's clock, from any origin its peers share; from 0
   */
  record Open(long timeoutMillis, long stampMillis) implements SessionCommand {
    public Open {
      require(
          timeoutMillis >= 1 && timeoutMillis <= TIMEOUT_MILLIS_MAX,
          "session timeout is " + timeoutMillis + " ms, must be in 1.." + TIMEOUT_MILLIS_MAX);
      requireStamp(stampMillis);
    }
  }

  /**
   * A command that takes effect once, however often this is committed.
   *
   * @param session the name of an open session
   * @param sequence the number of the request, from 1, another one for every command of the session
   * @param unanswered the least number whose answer the client still wants: what is kept of
   *     requests below it may go, and they are never done any more; in 1..{@code sequence}
   * @param stampMillis as in {@link Open}
   */
  record Request(long session, long sequence, long unanswered, long stampMillis, Bytes command)
      implements SessionCommand {
    public Request {
      requireSession(session);
      require(
          unanswered >= 1 && unanswered <= sequence,
          "request " + sequence + " wants answers from " + unanswered + " on, must be in 1..own");
      requireStamp(stampMillis);
    }
  }

  /** The client of an open session lives. */
  record KeepAlive(long session, long stampMillis) implements SessionCommand {
    public KeepAlive {
      requireSession(session);
      requireStamp(stampMillis);
    }
  }

  /** The client needs its session no longer. */
  record Close(long session, long stampMillis) implements SessionCommand {
    public Close {
      requireSession(session);
      requireStamp(stampMillis);
    }
  }

  /** The longest timeout of a session: a day. */
  long TIMEOUT_MILLIS_MAX = 24 * 60 * 60 * 1000L;

  /** The form to submit. */
  default Bytes encode() {
    Packing out = new Packing();
    switch (this) {
      case Plain(Bytes command) -> out.number(0).raw(command);
      case Open(long timeout, long stamp) -> out.number(1).number(timeout).number(stamp);
      case Request(long session, long sequence, long unanswered, long stamp, Bytes command) ->
          out.number(2)
              .number(session)
              .number(sequence)
              .number(unanswered)
              .number(stamp)
              .raw(command);
      case KeepAlive(long session, long stamp) -> out.number(3).number(session).number(stamp);
      case Close(long session, long stamp) -> out.number(4).number(session).number(stamp);
    }
    return out.take();
  }

  /** What {@link #encode} made {@code bytes} from, or null if it did not make them. */
  static @Nullable SessionCommand decode(Bytes bytes) {
    Unpacking in = new Unpacking(bytes);
    try {
      long kind = in.number();
      SessionCommand command =
          switch (kind > 4 ? -1 : (int) kind) {
            case 0 -> new Plain(in.rest());
            case 1 -> new Open(in.number(), in.number());
            case 2 -> new Request(in.number(), in.number(), in.number(), in.number(), in.rest());
            case 3 -> new KeepAlive(in.number(), in.number());
            case 4 -> new Close(in.number(), in.number());
            default -> null;
          };
      return in.isEmpty() ? command : null;
    } catch (IllegalArgumentException malformed) {
      return null; // every replica sees the same bytes and refuses them alike
    }
  }

  private static void requireSession(long session) {
    require(session >= 1, "session " + session + " was never opened");
  }

  private static void requireStamp(long stampMillis) {
    require(stampMillis >= 0, "stamp is " + stampMillis + " ms, must not be negative");
  }

  private static void require(boolean holds, String text) {
    if (!holds) {
      throw new IllegalArgumentException(text);
    }
  }
}
