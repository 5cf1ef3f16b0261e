package dev.balsa.server.cli;

import dev.balsa.proto.CompactionRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets the history before a revision. */
@Command(name = "compaction", description = "Compacts the event history in the store.")
final class CtlCompaction implements Runnable {
  @Parameters(paramLabel = "REVISION", description = "The oldest revision that stays readable.")
  long revision;

  @Option(names = "--physical", description = "Wait until the space is given back.")
  boolean physical;

  private final CtlCommand ctl;
  private final Console console;

  CtlCompaction(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    CompactionRequest request =
        CompactionRequest.newBuilder().setRevision(revision).setPhysical(physical).build();
    ctl.cluster().write(channel -> ctl.kv(channel).compact(request));
    console.println("compacted revision " + revision);
  }
}
