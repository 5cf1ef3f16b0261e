package dev.balsa.server.cli;

import dev.balsa.proto.DefragmentRequest;
import dev.balsa.proto.MaintenanceGrpc;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ctl defrag}: asks members to give freed space back. */
@Command(name = "defrag", description = "Defragments the storage of the members.")
final class CtlDefrag implements Runnable {
  @Option(names = "--cluster", description = "Use all endpoints from the member list.")
  boolean wholeCluster;

  private final CtlCommand ctl;
  private final Console console;

  CtlDefrag(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    Cluster cluster = ctl.cluster();
    int failures = 0;
    for (Endpoint endpoint : wholeCluster ? cluster.advertised() : cluster.endpoints()) {
      try {
        cluster.askOnly(
            endpoint,
            channel ->
                MaintenanceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
                    .defragment(DefragmentRequest.getDefaultInstance()));
        console.println("Finished defragmenting etcd member[" + endpoint.text() + "]");
      } catch (CommandFailure e) {
        failures++;
        console.tell(
            "Failed to defragment etcd member[%s] (%s)".formatted(endpoint.text(), e.getMessage()));
      }
    }
    if (failures > 0) {
      throw new CommandFailure(failures + " members were not defragmented");
    }
  }
}
