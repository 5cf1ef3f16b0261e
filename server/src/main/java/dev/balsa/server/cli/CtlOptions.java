package dev.balsa.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ctl options}: the flags that every command of {@code ctl} takes. */
@Command(name = "options", description = "Lists the flags that all commands of ctl take.")
final class CtlOptions implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  private final Console console;

  CtlOptions(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    console.print(spec.parent().commandLine().getHelp().optionList());
  }
}
