package dev.balsa.server.http;

/** An answer without an end in sight: lines that go out as they come. */
public final class HttpStream {
  private HttpStream() {}

  /** Where the lines come from. Its methods may be called on any thread and must not block. */
  public interface Source {
    /** The head of the answer is on its way; lines may be given to {@code sink} from now on. */
    void open(Sink sink);

    /** The line given last is on the wire: the next one is welcome. */
    void ready();

    /** Nobody listens any more. */
    void gone();
  }

  /** A source that is spoken to as well, a message at a time. */
  public interface Dialogue extends Source {
    /**
     * The client says {@code text}; {@code next} is run when more is welcome, and the client is not
     * read until then.
     */
    void hear(String text, Runnable next);
  }

  /** Where the lines go. Thread-safe; what is given to it goes out in that order. */
  public interface Sink {
    /** Sends a line; its end is added. */
    void line(String line);

    /** Nothing follows. */
    void end();
  }
}
