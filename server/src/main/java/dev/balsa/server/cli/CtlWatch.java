package dev.balsa.server.cli;

import dev.balsa.proto.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ctl watch}: prints changes as they come, and runs a command for each if told to. */
@Command(
    name = "watch",
    synopsisSubcommandLabel = "",
    description = {
      "Watches events stream on keys or prefixes, until it is stopped.",
      "A command behind -- is run for each event, which it finds in ETCD_WATCH_REVISION,"
          + " ETCD_WATCH_EVENT_TYPE, ETCD_WATCH_KEY and ETCD_WATCH_VALUE."
    })
final class CtlWatch implements Runnable {
  @Mixin WatchFlags flags = new WatchFlags();

  @Option(
      names = {"-i", "--interactive"},
      description =
          "Read watches from standard input, a line each: watch [FLAGS] KEY, or progress.")
  boolean interactive;

  @Spec CommandSpec spec = CommandSpec.create();

  private final CtlCommand ctl;
  private final Console console;

  CtlWatch(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    Reply.requireFormat(ctl.format);
    if (interactive) {
      if (!flags.words.isEmpty()) {
        throw new BadUsage("--interactive reads keys from standard input; give none here");
      }
      readWatches();
      return;
    }
    WatchFlags.Wish wish =
        flags.wish(spec.root().commandLine().getParseResult().originalArgs(), ctl.environment());
    watching(wish).run(wish.create());
  }

  private Watching watching(WatchFlags.Wish wish) {
    return new Watching(ctl, console, event -> execute(wish.command(), event));
  }

  /** As etcdctl, it ends with the input, at once and as a failure. */
  private void readWatches() {
    List<Watching> watches = new ArrayList<>();
    for (Optional<String> line = console.nextLine(); line.isPresent(); line = console.nextLine()) {
      try {
        follow(line.get().strip(), watches);
      } catch (BadUsage e) {
        console.tell("Invalid command %s (%s)".formatted(line.get().strip(), e.getMessage()));
      }
    }
    throw new CommandFailure("Error reading watch request line: EOF");
  }

  private void follow(String line, List<Watching> watches) {
    List<String> words = QuotedText.words(line);
    switch (words.isEmpty() ? "" : words.getFirst()) {
      case "watch" -> watches.add(begin(words.subList(1, words.size())));
      case "progress" -> watches.forEach(Watching::askProgress);
      default -> throw new BadUsage("only support watch and progress");
    }
  }

  private Watching begin(List<String> words) {
    WatchFlags line = Main.parsed(new WatchFlags(), words);
    WatchFlags.Wish wish = line.wish(words, ctl.environment());
    Watching watching = watching(wish);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                watching.run(wish.create());
              } catch (CommandFailure e) {
                console.tell("Error: " + e.getMessage()); // the other watches go on
              }
            });
    return watching;
  }

  private void execute(List<String> command, Event event) {
    if (command.isEmpty()) {
      return;
    }
    console.out().flush();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    var environment = builder.environment();
    environment.put("ETCD_WATCH_REVISION", Long.toString(event.getKv().getModRevision()));
    environment.put("ETCD_WATCH_EVENT_TYPE", GoText.quote(event.getType().name()));
    environment.put("ETCD_WATCH_KEY", GoText.quote(event.getKv().getKey()));
    environment.put("ETCD_WATCH_VALUE", GoText.quote(event.getKv().getValue()));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      process.getInputStream().transferTo(console.out());
      int code = process.waitFor();
      if (code != 0) {
        throw new CommandFailure("command %s error (exit status %d)".formatted(command, code));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("command " + command + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted");
    }
  }
}
