package dev.balsa.server.cli;

import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCreateRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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
  @Parameters(
      paramLabel = "KEY [RANGE_END] [-- COMMAND]",
      arity = "0..*",
      description = "The key, or the first of a range and the one after its last.")
  List<String> words = new ArrayList<>();

  @Option(names = "--prefix", description = "Watch all keys that begin with KEY.")
  boolean prefix;

  @Option(names = "--prev-kv", description = "Print what each event replaced, too.")
  boolean prevKv;

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "The first revision wanted (default: the next one).")
  long revision;

  @Option(names = "--progress-notify", description = "Print how far the member is while idle.")
  boolean progressNotify;

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
    int keys = words.size() - wordsBehindDashes();
    if (keys < 1 || keys > 2) {
      throw new BadUsage("bad number of arguments; it is ./balsa ctl watch KEY [RANGE_END]");
    }
    KeySpan span = KeySpan.of(words.get(0), keys == 2 ? words.get(1) : null, prefix, false);
    WatchCreateRequest create =
        WatchCreateRequest.newBuilder()
            .setKey(span.key())
            .setRangeEnd(span.end())
            .setStartRevision(revision)
            .setPrevKv(prevKv)
            .setProgressNotify(progressNotify)
            .build();
    List<String> command = words.subList(keys, words.size());
    new Watching(ctl.cluster(), console, ctl.format, ctl.hex)
        .run(create, event -> execute(command, event));
  }

  /** The parser hands out all words alike, so they are counted where they stood. */
  private int wordsBehindDashes() {
    List<String> all = spec.root().commandLine().getParseResult().originalArgs();
    int dashes = all.indexOf("--");
    return dashes < 0 ? 0 : all.size() - dashes - 1;
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
