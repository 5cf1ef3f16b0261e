package dev.balsa.server.cli;

import com.google.protobuf.ByteString;

/** A key or value that came as a command-line argument. */
final class Argument {
  private Argument() {}

  /**
   * Its bytes.
   *
   * @throws BadUsage if the JVM could not read it as text: it then stands for other bytes than the
   *     person gave, and storing those would be a silent change
   */
  static ByteString bytes(String argument) {
    if (argument.indexOf('\uFFFD') >= 0) {
      throw new BadUsage(
          "argument \""
              + argument
              + "\" has bytes that are not UTF-8, or the locale is not UTF-8; set LC_ALL=C.UTF-8,"
              + " or give such a value on standard input");
    }
    return ByteString.copyFromUtf8(argument);
  }
}
