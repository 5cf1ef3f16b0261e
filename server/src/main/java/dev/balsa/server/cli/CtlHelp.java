package dev.balsa.server.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ctl help [command]}: what a command does and takes, as its {@code --help} says. */
@Command(name = "help", description = "Says what a command does and which flags it takes.")
final class CtlHelp implements Runnable {
  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "For example: member add.")
  List<String> words = new ArrayList<>();

  @Spec CommandSpec spec = CommandSpec.create();

  private final Console console;

  CtlHelp(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    CommandLine asked = spec.commandLine().getParent();
    for (String word : words) {
      CommandLine below = asked.getSubcommands().get(word);
      if (below == null) {
        String there = String.join(", ", asked.getSubcommands().keySet());
        throw new BadUsage(
            "no command \"%s\" in '%s'; there are %s"
                .formatted(
                    word,
                    asked.getCommandSpec().qualifiedName(),
                    there.isEmpty() ? "none below it" : there));
      }
      asked = below;
    }
    console.println(asked.getUsageMessage().stripTrailing());
  }
}
