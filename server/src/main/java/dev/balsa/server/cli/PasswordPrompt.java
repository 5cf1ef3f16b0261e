package dev.balsa.server.cli;

import java.util.Optional;

/**
 * Asks for passwords: at a terminal without showing what is typed, else by lines of the input, as
 * scripts give them.
 */
record PasswordPrompt(Console console) {
  /** The password of a user who logs in. */
  String ask() {
    return read("Password: ");
  }

  /**
   * A new password for {@code user}.
   *
   * @param twice whether the person types it again
   */
  String choose(String user, boolean twice) {
    if (!twice) {
      return console.readAll().toStringUtf8().strip();
    }
    String first = read("Password of %s: ".formatted(user));
    String again = read("Type password of %s again for confirmation: ".formatted(user));
    if (!first.equals(again)) {
      throw new CommandFailure("the two passwords of %s differ; try again".formatted(user));
    }
    return first;
  }

  private String read(String prompt) {
    Optional<java.io.Console> terminal = Optional.ofNullable(System.console());
    if (terminal.isPresent() && console.equals(Console.ofProcess())) {
      char[] typed = terminal.get().readPassword("%s", prompt);
      return typed == null ? "" : new String(typed);
    }
    console.print(prompt);
    String line = console.readLine();
    console.println("");
    return line;
  }
}
