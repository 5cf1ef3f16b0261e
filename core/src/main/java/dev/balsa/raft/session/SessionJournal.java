package dev.balsa.raft.session;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.session.SessionTable.Kept;
import dev.balsa.raft.session.SessionTable.Open;
import org.jspecify.annotations.Nullable;

/**
 * Writes each change of the sessions to {@link SessionRows}, if there are any, and reads them back.
 *
 * <pre>
 * 0                     log time | greatest stamp
 * 1 session             timeout | deadline | least number unanswered
 * 2 session sequence    the result                     in names 8 bytes each, else varints
 * </pre>
 */
final class SessionJournal<R> {
  private static final int TIME = 0;
  private static final int SESSION = 1;
  private static final int RESULT = 2;

  private final @Nullable SessionRows rows;
  private final ResultCodec<R> codec;
  private long stampMillis; // as written

  SessionJournal(@Nullable SessionRows rows, ResultCodec<R> codec) {
    this.rows = rows;
    this.codec = codec;
  }

  /** Fills the empty {@code table} with what the rows say. */
  void readInto(SessionTable<R> table) {
    stampMillis = 0;
    if (rows != null) {
      rows.forEach((name, value) -> read(name, value, table));
    }
  }

  private void read(Bytes name, Bytes value, SessionTable<R> table) {
    Unpacking in = new Unpacking(value);
    switch (name.at(0)) {
      case TIME -> {
        long timeMillis = in.number();
        stampMillis = in.number();
        table.restoreTime(timeMillis, stampMillis);
      }
      case SESSION -> {
        Open<R> session = new Open<>(number(name, 1), in.number());
        session.deadlineMillis = in.number();
        session.unanswered = in.number();
        table.add(session);
      }
      case RESULT -> {
        Open<R> session = table.find(number(name, 1));
        if (session == null) {
          throw in.malformed("has the result of a session that is not there,");
        }
        Kept<R> kept = new Kept<>(session.id, number(name, 9));
        kept.result = codec.decode(value);
        session.kept.put(kept.sequence, kept);
      }
      default -> throw in.malformed("has a row of kind " + name.at(0));
    }
  }

  /** The clocks as they are now; log time goes on only with the greatest stamp. */
  void time(long time, long stamp) {
    if (rows != null && stamp != stampMillis) {
      stampMillis = stamp;
      rows.put(name(TIME), new Packing().number(time).number(stamp).take());
    }
  }

  /** The numbers of {@code session} as they are now. */
  void session(Open<R> session) {
    if (rows != null) {
      rows.put(
          name(SESSION, session.id),
          new Packing()
              .number(session.timeoutMillis)
              .number(session.deadlineMillis)
              .number(session.unanswered)
              .take());
    }
  }

  /** {@code session} is over, with all that is kept of it. */
  void ended(Open<R> session) {
    if (rows != null) {
      session.kept.keySet().forEach(sequence -> forgotten(session, sequence));
      rows.remove(name(SESSION, session.id));
    }
  }

  /** There is a result. */
  void result(Kept<R> kept, R result) {
    if (rows != null) {
      rows.put(name(RESULT, kept.session, kept.sequence), codec.encode(result));
    }
  }

  /** A result of {@code session} is needed no longer. */
  void forgotten(Open<R> session, long sequence) {
    if (rows != null) {
      rows.remove(name(RESULT, session.id, sequence));
    }
  }

  private static Bytes name(int kind, long... numbers) {
    byte[] name = new byte[1 + Long.BYTES * numbers.length];
    name[0] = (byte) kind;
    for (int i = 1; i < name.length; i++) {
      int place = i - 1;
      name[i] = (byte) (numbers[place / Long.BYTES] >>> (56 - 8 * (place % Long.BYTES)));
    }
    return Bytes.wrap(name);
  }

  private static long number(Bytes name, int from) {
    if (name.length() < from + Long.BYTES) {
      throw new IllegalArgumentException(
          "session data has a name of " + name.length() + " bytes, too short");
    }
    long number = 0;
    for (int i = from; i < from + Long.BYTES; i++) {
      number = number << 8 | (name.at(i) & 0xff);
    }
    return number;
  }
}
