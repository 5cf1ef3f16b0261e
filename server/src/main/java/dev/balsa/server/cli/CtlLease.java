package dev.balsa.server.cli;

import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseGrpc.LeaseBlockingStub;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import io.grpc.Channel;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ctl lease}: grants, ends and looks at leases; see also {@link CtlKeepAlive}. */
@Command(name = "lease", description = "Lease related commands.")
final class CtlLease {
  private static final int HEX = 16;

  private final CtlCommand ctl;
  private final Console console;

  CtlLease(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new Grant())
        .addSubcommand(new Revoke())
        .addSubcommand(new TimeToLive())
        .addSubcommand(new ListAll())
        .addSubcommand(new CtlKeepAlive(ctl, console));
  }

  /** {@code lease grant}. */
  @Command(name = "grant", description = "Creates leases.")
  private final class Grant implements Runnable {
    @Parameters(
        paramLabel = "TTL",
        description = "How long it lives without a keep-alive, seconds.")
    String ttl = "";

    @Override
    public void run() {
      Reply.requireFormat(ctl.format);
      var request = LeaseGrantRequest.newBuilder().setTTL(number("TTL", ttl, 10, "")).build();
      LeaseReplies.granted(ctl.cluster().write(channel -> stub(ctl, channel).leaseGrant(request)))
          .print(console, ctl.format);
    }
  }

  /** {@code lease revoke}. */
  @Command(name = "revoke", description = "Revokes leases.")
  private final class Revoke implements Runnable {
    @Parameters(paramLabel = "LEASE", description = "Its id, in hexadecimal.")
    String lease = "";

    @Override
    public void run() {
      Reply.requireFormat(ctl.format);
      long id = parse(lease);
      var request = LeaseRevokeRequest.newBuilder().setID(id).build();
      try {
        LeaseReplies.revoked(
                id, ctl.cluster().write(channel -> stub(ctl, channel).leaseRevoke(request)))
            .print(console, ctl.format);
      } catch (CommandFailure e) {
        throw new CommandFailure("failed to revoke lease (" + e.getMessage() + ")");
      }
    }
  }

  /** {@code lease timetolive}. */
  @Command(name = "timetolive", description = "Gets lease information.")
  private final class TimeToLive implements Runnable {
    @Parameters(paramLabel = "LEASE", description = "Its id, in hexadecimal.")
    String lease = "";

    @Option(names = "--keys", description = "Get the keys attached to it, too.")
    boolean keys;

    @Override
    public void run() {
      Reply.requireFormat(ctl.format);
      var request = LeaseTimeToLiveRequest.newBuilder().setID(parse(lease)).setKeys(keys).build();
      LeaseReplies.timeToLive(
              ctl.cluster().read(channel -> stub(ctl, channel).leaseTimeToLive(request)), keys)
          .print(console, ctl.format);
    }
  }

  /** {@code lease list}. */
  @Command(name = "list", description = "Lists all active leases.")
  private final class ListAll implements Runnable {

    @Override
    public void run() {
      Reply.requireFormat(ctl.format);
      LeaseReplies.listed(
              ctl.cluster()
                  .read(
                      channel ->
                          stub(ctl, channel).leaseLeases(LeaseLeasesRequest.getDefaultInstance())))
          .print(console, ctl.format);
    }
  }

  /** The id that {@code text} says. */
  static long parse(String text) {
    return number("lease ID arg", text, HEX, ", expecting ID in Hex");
  }

  private static long number(String what, String text, int radix, String remedy) {
    try {
      return Long.parseLong(text, radix);
    } catch (NumberFormatException e) {
      throw new BadUsage(
          "bad %s (strconv.ParseInt: parsing %s: invalid syntax)%s"
              .formatted(what, GoText.quote(text), remedy));
    }
  }

  private static LeaseBlockingStub stub(CtlCommand ctl, Channel channel) {
    return LeaseGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS);
  }
}
