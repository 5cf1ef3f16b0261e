package dev.balsa.server.cli;

import java.lang.System.Logger.Level;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Brings what libraries say through java.util.logging into the server's own log, one line each.
 * What gRPC warns of is what a client did wrong, such as a request that is too large: the stack
 * trace it adds would let any client fill the disk and helps nobody.
 */
final class LibraryLog extends Handler {
  private final SimpleFormatter formatter = new SimpleFormatter();

  private LibraryLog() {}

  /** Replaces whatever the JVM logs with by default. Once for a process, before anything logs. */
  static void install() {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(java.util.logging.Level.WARNING);
    root.addHandler(new LibraryLog());
  }

  @Override
  public void publish(LogRecord line) {
    Level level =
        line.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue()
            ? Level.ERROR
            : Level.WARNING;
    System.getLogger(String.valueOf(line.getLoggerName())).log(level, text(line));
  }

  private String text(LogRecord line) {
    @Nullable Throwable thrown = line.getThrown();
    String message = formatter.formatMessage(line);
    return thrown == null ? message : message + ": " + thrown;
  }

  @Override
  public void flush() {
    // Every line is written at once.
  }

  @Override
  public void close() {
    // The server's log is not this handler's to close.
  }
}
