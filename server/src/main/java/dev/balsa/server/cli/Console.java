package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a command reads and where it prints. Text leaves as UTF-8 and bytes as they are, whatever
 * the locale, so that a value survives a pipe unchanged.
 *
 * @param in standard input
 * @param out for results
 * @param err for messages
 */
record Console(InputStream in, PrintStream out, PrintStream err) {
  /** The process's own streams. */
  static Console ofProcess() {
    return new Console(System.in, System.out, System.err);
  }

  void print(String text) {
    print(text.getBytes(StandardCharsets.UTF_8));
  }

  void println(String text) {
    print(text + "\n");
  }

  void print(ByteString bytes) {
    print(bytes.toByteArray());
  }

  private void print(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
  }

  /** Prints a line for the person, apart from the results. */
  void tell(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    out.flush();
    err.write(bytes, 0, bytes.length);
    err.flush();
  }

  /** The next line of standard input, without its end; what is left if there is no other line. */
  String readLine() {
    return nextLine().orElse("");
  }

  /** The same, but empty at the end of the input. */
  Optional<String> nextLine() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b;
    try {
      for (b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        line.write(b);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
    return b < 0 && line.size() == 0
        ? Optional.empty()
        : Optional.of(line.toString(StandardCharsets.UTF_8));
  }

  /** All that standard input holds, byte for byte. */
  ByteString readAll() {
    try {
      return ByteString.readFrom(in);
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }
}
