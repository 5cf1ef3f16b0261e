package dev.balsa.server.cli;

import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberListResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ctl member}: who belongs to the cluster. */
@Command(name = "member", description = "Membership related commands.")
final class CtlMember {
  private final CtlCommand ctl;
  private final Console console;

  CtlMember(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    CommandLine member = new CommandLine(this).addSubcommand(new ListAll());
    new CtlMemberChange(ctl, console).addTo(member);
    return member.addSubcommand(new CtlMemberPlan(ctl, console));
  }

  /** Lists the members. */
  @Command(name = "list", description = "Lists all members in the cluster.")
  private final class ListAll implements Runnable {
    @Option(
        names = "--consistency",
        paramLabel = "l|s",
        description = "Linearizable (l, the default) or serializable (s: local, may be stale).")
    String consistency = "l";

    @Override
    public void run() {
      Consumer<MemberListResponse> printer =
          ctl.format.equals("protobuf")
              ? answer -> console.print(answer.toByteString())
              : ctl.clusterPrinter()::members;
      MemberListRequest request =
          MemberListRequest.newBuilder()
              .setLinearizable(!GetFlags.isSerializable(consistency))
              .build();
      printer.accept(
          ctl.cluster()
              .read(
                  channel ->
                      ClusterGrpc.newBlockingStub(channel)
                          .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
                          .memberList(request)));
    }
  }
}
