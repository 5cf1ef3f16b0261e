package dev.balsa.server.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ctl completion}: a script that completes the commands and flags of {@code balsa}. */
@Command(
    name = "completion",
    description = {
      "Generates the completion script for a shell.",
      "For example: source <(./balsa ctl completion bash)"
    })
final class CtlCompletion implements Runnable {
  @Parameters(paramLabel = "bash|zsh", description = "Which shell.")
  String shell = "";

  @Spec CommandSpec spec = CommandSpec.create();

  private final Console console;

  CtlCompletion(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new BadUsage("no completion for shell \"%s\"; it is bash or zsh".formatted(shell));
    }
    console.println(AutoComplete.bash("balsa", spec.root().commandLine()));
  }
}
