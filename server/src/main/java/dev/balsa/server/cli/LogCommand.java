package dev.balsa.server.cli;

import dev.balsa.node.Identity;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.ScratchDirectory;
import dev.balsa.node.disk.UninterruptibleThread;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.SeparateLog;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code balsa log}: looks into a data directory that no member uses, and never writes there. */
@Command(name = "log", description = "Looks into the log of a member that is stopped.")
final class LogCommand {
  private final Console console;

  LogCommand(Console console) {
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this).addSubcommand(new Verify()).addSubcommand(new Dump());
  }

  /** Where the files are. */
  static final class Place {
    @Parameters(paramLabel = "DIR", description = "The member's data directory.")
    Path directory = Path.of("");

    @Option(
        names = "--wal-dir",
        paramLabel = "DIR",
        description = "The log's own directory, if the member is started with one.")
    @Nullable Path walDir;

    /** What is changed in it stays in memory. */
    Directory open() {
      Directory data = ScratchDirectory.open(directory);
      Path apart = walDir;
      return apart == null ? data : SeparateLog.over(data, () -> ScratchDirectory.open(apart));
    }
  }

  @Command(
      name = "verify",
      description = {
        "Checks every record and snapshot, and says what the member would do at its start.",
        "Ends with code 1 if anything is damaged. Changes nothing."
      })
  private final class Verify implements Runnable {
    @Mixin Place place = new Place();

    @Override
    public void run() {
      with(
          place,
          (files, identity) -> {
            LogVerification found = LogVerification.of(files, identity);
            found.lines().forEach(console::println);
            if (!found.sound()) {
              throw new CommandFailure("%s is damaged, see above".formatted(place.directory));
            }
          });
    }
  }

  @Command(name = "dump", description = "Prints the log's records, one a line. Changes nothing.")
  private final class Dump implements Runnable {
    @Mixin Place place = new Place();

    @Option(
        names = "--from",
        paramLabel = "INDEX",
        description = "Only entries from this index on, and no other records.")
    long from;

    @Option(
        names = "--to",
        paramLabel = "INDEX",
        description = "Only entries up to this index, and no other records.")
    long to = Long.MAX_VALUE;

    @Option(names = "--json", description = "Print an object of JSON a line.")
    boolean json;

    @Override
    public void run() {
      if (from > to) {
        throw new BadUsage("--from %d is behind --to %d; turn them around".formatted(from, to));
      }
      boolean all = from == 0 && to == Long.MAX_VALUE;
      LogLines lines = json ? LogLines.JSON : LogLines.TEXT;
      with(
          place,
          (files, identity) -> new LogDump(lines, all, from, to, console).run(files, identity));
    }
  }

  /** Files are read on a thread that nobody interrupts, as their channels demand. */
  private static void with(Place place, BiConsumer<Directory, Identity> task) {
    Runnable whole =
        () -> {
          try (Directory files = place.open()) {
            task.accept(files, identity(files));
          }
        };
    try {
      CompletableFuture.runAsync(whole, it -> new UninterruptibleThread(it, "balsa-log").start())
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private static Identity identity(Directory files) {
    return DataDirectory.look(files)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "%s is no member's data directory: it has no file identity; name another"
                        .formatted(files.path(""))))
        .identity();
  }
}
