package dev.balsa.raft.trace;

import dev.balsa.raft.Event;
import dev.balsa.raft.Input;
import dev.balsa.raft.Ready;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a recording that can be read by itself: a {@link Base} and what followed. Read once,
 * from its beginning to its end. Not thread-safe.
 */
public final class Segment {
  static final int STEP = 0;
  static final int STOPPED = 1;

  // the parts of a step that need not be there
  static final int STANDING = 1;
  static final int PERSIST = 2;
  static final int EVENTS = 4;
  static final int CLOCK = 8; // the core's clock went on by another time than the time line

  static final int REASON_BYTES_MAX = 500;

  private final TraceIn in;
  private final Base base;
  private long at;
  private long skew; // the core's time less that of the time line
  private Standing standing;

  /**
   * The segment in {@code bytes}, which nobody changes any more.
   *
   * @throws TraceException if it has no beginning
   */
  public Segment(byte[] bytes) {
    in = new TraceIn(bytes);
    base = guarded(() -> Base.read(in));
    at = base.at();
    skew = base.now() - base.at();
    standing = base.standing();
  }

  public Base base() {
    return base;
  }

  /**
   * What came next, or null at the end.
   *
   * @throws TraceException if there is something else
   */
  public @Nullable Recorded next() {
    return in.isAtEnd() ? null : guarded(this::read);
  }

  private Recorded read() {
    int kind = in.code();
    at += in.count();
    return switch (kind) {
      case STEP -> step();
      case STOPPED -> new Recorded.Stopped(at, in.text(REASON_BYTES_MAX));
      default -> throw new TraceException("has the unknown record %s", kind);
    };
  }

  private Recorded.Step step() {
    int parts = in.code();
    if ((parts & CLOCK) != 0) {
      skew += in.signed();
    }
    Input input = Inputs.read(in);
    if ((parts & STANDING) != 0) {
      standing = Standing.read(in);
    }
    Ready.Persist persist = (parts & PERSIST) == 0 ? null : Values.persist(in);
    List<Event> events = (parts & EVENTS) == 0 ? List.of() : Values.list(in, () -> Events.read(in));
    return new Recorded.Step(at, at + skew, input, standing, persist, events);
  }

  /** Values refuse what they cannot be; here that means damage. */
  private static <T> T guarded(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException nonsense) {
      throw new TraceException("has a value that cannot be: %s", nonsense.getMessage());
    }
  }
}
