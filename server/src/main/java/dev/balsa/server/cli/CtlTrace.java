package dev.balsa.server.cli;

import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceException;
import dev.balsa.raft.trace.TraceReader;
import dev.balsa.server.live.FlightRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ctl trace}: what the members' flight recorders kept. */
@Command(name = "trace", description = "Saves what all members wrote down of their last minutes.")
final class CtlTrace {
  private final CtlCommand ctl;
  private final Console console;

  CtlTrace(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with the command below it. */
  CommandLine commandLine() {
    return new CommandLine(this).addSubcommand(new Save());
  }

  /** {@code ctl trace save}. */
  @Command(
      name = "save",
      description = "Stores the members' flight records in a file that the page opens.")
  private final class Save implements Runnable {
    @Parameters(paramLabel = "FILE", description = "Where to.")
    Path file = Path.of("");

    @Override
    public void run() {
      byte[] bytes = fetch(ctl.cluster());
      Trace trace = read(bytes);
      try {
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new CommandFailure("%s cannot be written (%s)".formatted(file, e));
      }
      for (Trace.Recording recording : trace.recordings()) {
        console.println(
            "%s (%s): %d bytes"
                .formatted(
                    recording.name(),
                    recording.node(),
                    recording.segments().stream().mapToLong(segment -> segment.length).sum()));
      }
      trace.absent().forEach(it -> console.tell(it.name() + " is missing: " + it.reason()));
      console.println("Trace saved at " + file + "; open it in the page, under \"Recording\"");
    }
  }

  private static byte[] fetch(Cluster cluster) {
    Credentials user = cluster.credentials();
    @Nullable String token =
        user == null
            ? null
            : cluster
                .read(channel -> Optional.ofNullable(user.token(channel, cluster.commandTimeout())))
                .orElse(null);
    List<String> failures = new ArrayList<>();
    for (Endpoint endpoint : cluster.endpoints()) {
      try {
        return cluster.http().post(endpoint, FlightRecords.PATH + "?all=true", token);
      } catch (CommandFailure failure) {
        failures.add(String.valueOf(failure.getMessage()));
      }
    }
    throw new CommandFailure("no trace was saved: " + String.join("; ", failures));
  }

  private static Trace read(byte[] bytes) {
    try {
      TraceReader reader = new TraceReader();
      reader.feed(bytes);
      return reader.finish();
    } catch (TraceException damaged) {
      throw new CommandFailure("no trace was saved: what came " + damaged.getMessage());
    }
  }
}
