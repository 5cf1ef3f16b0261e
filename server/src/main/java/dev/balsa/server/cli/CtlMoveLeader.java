package dev.balsa.server.cli;

import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.MaintenanceGrpc.MaintenanceBlockingStub;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ctl move-leader}: asks the leader, wherever it is, to hand over to another member. */
@Command(name = "move-leader", description = "Transfers leadership to another member.")
final class CtlMoveLeader implements Runnable {
  private static final int HEX = 16;

  @Parameters(paramLabel = "MEMBER-ID", description = "Whom to make the leader, in hexadecimal.")
  String target = "";

  private final CtlCommand ctl;
  private final Console console;

  CtlMoveLeader(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    long id = parse(target);
    AnswerPrinter printer = new AnswerPrinter(console, ctl.format);
    Cluster cluster = ctl.cluster();
    for (Endpoint endpoint : cluster.endpoints()) {
      StatusResponse status =
          cluster.askOnly(
              endpoint, channel -> maintenance(channel).status(StatusRequest.getDefaultInstance()));
      long member = status.getHeader().getMemberId();
      if (member == status.getLeader()) {
        MoveLeaderRequest request = MoveLeaderRequest.newBuilder().setTargetID(id).build();
        printer.print(
            "Leadership transferred from %s to %s"
                .formatted(Long.toHexString(member), Long.toHexString(id)),
            cluster.askOnly(endpoint, channel -> maintenance(channel).moveLeader(request)));
        return;
      }
    }
    throw new CommandFailure(
        "no leader endpoint given at %s; name the leader's with --endpoints"
            .formatted(
                String.join(", ", cluster.endpoints().stream().map(Endpoint::text).toList())));
  }

  private static long parse(String text) {
    try {
      return Long.parseUnsignedLong(text, HEX);
    } catch (NumberFormatException e) {
      throw new BadUsage(
          "bad member ID arg (%s), expecting ID in Hex; ./balsa ctl member list shows them"
              .formatted(text));
    }
  }

  private MaintenanceBlockingStub maintenance(Channel channel) {
    return MaintenanceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS);
  }
}
