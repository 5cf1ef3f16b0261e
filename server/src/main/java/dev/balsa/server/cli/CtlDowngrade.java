package dev.balsa.server.cli;

import dev.balsa.proto.DowngradeRequest;
import dev.balsa.proto.DowngradeRequest.DowngradeAction;
import dev.balsa.proto.DowngradeResponse;
import dev.balsa.proto.MaintenanceGrpc;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ctl downgrade}: asks whether the cluster could go back a version, and has it do so. */
@Command(name = "downgrade", description = "Downgrade related commands.")
final class CtlDowngrade {
  private final CtlCommand ctl;
  private final Console console;

  CtlDowngrade(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new Validate())
        .addSubcommand(new Enable())
        .addSubcommand(new Cancel());
  }

  @Command(name = "validate", description = "Says whether the cluster could be downgraded.")
  private final class Validate implements Runnable {
    @Parameters(paramLabel = "TARGET-VERSION", description = "Where to, such as 3.5.")
    String target = "";

    @Override
    public void run() {
      ask("validate", DowngradeAction.VALIDATE, target);
    }
  }

  @Command(name = "enable", description = "Begins a downgrade.")
  private final class Enable implements Runnable {
    @Parameters(paramLabel = "TARGET-VERSION", description = "Where to, such as 3.5.")
    String target = "";

    @Override
    public void run() {
      ask("enable", DowngradeAction.ENABLE, target);
    }
  }

  @Command(name = "cancel", description = "Ends a downgrade that was begun.")
  private final class Cancel implements Runnable {
    @Override
    public void run() {
      ask("cancel", DowngradeAction.CANCEL, "");
    }
  }

  private void ask(String what, DowngradeAction action, String target) {
    Reply.requireFormat(ctl.format);
    DowngradeRequest request =
        DowngradeRequest.newBuilder().setAction(action).setVersion(target).build();
    DowngradeResponse response =
        ctl.cluster()
            .write(
                channel ->
                    MaintenanceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
                        .downgrade(request));
    new Reply(
            "Downgrade %s success, cluster version %s\n".formatted(what, response.getVersion()),
            GoJson.of(response) + "\n",
            new FieldLines()
                .header(response.getHeader())
                .quoted("Version", response.getVersion())
                .toString())
        .print(console, ctl.format);
  }
}
