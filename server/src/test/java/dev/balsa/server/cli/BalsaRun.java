package dev.balsa.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.balsa.server.whole.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.util.List;

/** A command in this JVM that runs on until it is stopped; what it reads comes line by line. */
final class BalsaRun implements AutoCloseable {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PipedOutputStream input = new PipedOutputStream();
  private final Thread thread;

  BalsaRun(List<String> words) throws IOException {
    Console console =
        new Console(
            new PipedInputStream(input),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    thread =
        Thread.ofVirtual()
            .start(() -> Main.run(console, Run.PATIENT, words.toArray(String[]::new)));
  }

  /** Gives it a line to read. */
  void say(String line) throws IOException {
    input.write((line + "\n").getBytes(UTF_8));
    input.flush();
  }

  /** Ends its input. */
  void endInput() throws IOException {
    input.close();
  }

  /** Waits until it has printed {@code text}. */
  void awaitOut(String text) throws Exception {
    Await.until(() -> text + " in " + out() + err(), () -> out().contains(text));
  }

  /** Waits for its end. */
  void awaitEnd() throws InterruptedException {
    thread.join();
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    input.close();
  }
}
