package dev.balsa.server.cli;

import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.MemberListRequest;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** {@code ctl member}: who belongs to the cluster. */
@Command(name = "member", description = "Membership related commands.")
final class CtlMember implements Runnable {
  @Override
  public void run() {
    throw new BadUsage("a command is missing; ./balsa ctl member --help lists them");
  }

  /** Lists the members. */
  @Command(name = "list", description = "Lists all members in the cluster.")
  static final class ListAll implements Runnable {
    private final CtlCommand ctl;

    ListAll(CtlCommand ctl) {
      this.ctl = ctl;
    }

    @Override
    public void run() {
      ClusterPrinter printer = ctl.clusterPrinter();
      printer.members(
          ctl.cluster()
              .read(
                  channel ->
                      ClusterGrpc.newBlockingStub(channel)
                          .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
                          .memberList(
                              MemberListRequest.newBuilder().setLinearizable(true).build())));
    }
  }
}
