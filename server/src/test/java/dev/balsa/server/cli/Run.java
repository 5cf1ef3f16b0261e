package dev.balsa.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What one run of the command left behind.
 *
 * @param code the exit code
 * @param out what it printed as a result
 * @param err what it told the person
 */
record Run(int code, String out, String err) {
  /** For {@code ctl}: a loaded machine may take longer to connect, or to answer a ping. */
  static final Map<String, String> PATIENT =
      Map.of("ETCDCTL_DIAL_TIMEOUT", "60s", "ETCDCTL_KEEPALIVE_TIMEOUT", "60s");

  /** Runs the command in this JVM with nothing on standard input. */
  static Run of(String... args) {
    return withInput("", args);
  }

  /**
   * Runs the command in this JVM with the variables of {@code environment} and {@link #PATIENT}.
   */
  static Run inEnvironment(Map<String, String> environment, String... args) {
    return run("", environment, args);
  }

  /** Runs the command in this JVM. */
  static Run withInput(String input, String... args) {
    return run(input, Map.of(), args);
  }

  private static Run run(String input, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8));
    Map<String, String> variables = new HashMap<>(PATIENT);
    variables.putAll(environment);
    int code = Main.run(console, variables, args);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
