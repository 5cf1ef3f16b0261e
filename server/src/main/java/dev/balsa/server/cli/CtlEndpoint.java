package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AlarmMember;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.MaintenanceGrpc.MaintenanceBlockingStub;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.StatusRequest;
import io.grpc.Channel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ctl endpoint}: how single members are, each asked for itself. */
@Command(name = "endpoint", description = "Endpoint related commands.")
final class CtlEndpoint {
  private final CtlCommand ctl;
  private final Console console;

  CtlEndpoint(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new Status())
        .addSubcommand(new Health())
        .addSubcommand(new CtlHashKv(ctl, console));
  }

  /** Asks every endpoint for its status. */
  @Command(name = "status", description = "Prints out the status of the endpoints.")
  private final class Status implements Runnable {
    @Option(names = "--cluster", description = "Use all endpoints from the member list.")
    boolean wholeCluster;

    @Option(
        names = "--why",
        description = "Say what does not go on in each, why, and what to do (Balsa only).")
    boolean why;

    @Override
    public void run() {
      if (why) {
        explain();
      } else {
        show();
      }
    }

    private void explain() {
      Reply.requireFormatOrTable(ctl.format);
      Cluster cluster = ctl.cluster();
      HttpAsking asking = cluster.http();
      Reasons reasons = new Reasons();
      List<String> failures = new ArrayList<>();
      for (Endpoint endpoint : wholeCluster ? cluster.advertised() : cluster.endpoints()) {
        try {
          reasons.add(endpoint, asking.get(endpoint, "/debug/why"));
        } catch (CommandFailure e) {
          failures.add(endpoint.text());
          console.tell(
              "Failed to learn why from endpoint %s (%s)"
                  .formatted(endpoint.text(), e.getMessage()));
        }
      }
      reasons.reply().print(console, ctl.format);
      requireNone(failures, "reasons");
    }

    private void show() {
      ClusterPrinter printer = ctl.clusterPrinter();
      Cluster cluster = ctl.cluster();
      List<ClusterPrinter.EndpointStatus> statuses = new ArrayList<>();
      List<String> failures = new ArrayList<>();
      for (Endpoint endpoint : wholeCluster ? cluster.advertised() : cluster.endpoints()) {
        try {
          statuses.add(
              new ClusterPrinter.EndpointStatus(
                  endpoint.text(),
                  cluster.askOnly(
                      endpoint,
                      channel ->
                          maintenance(ctl, channel).status(StatusRequest.getDefaultInstance()))));
        } catch (CommandFailure e) {
          failures.add(endpoint.text());
          console.tell(
              "Failed to get the status of endpoint %s (%s)"
                  .formatted(endpoint.text(), e.getMessage()));
        }
      }
      printer.status(statuses);
      requireNone(failures, "status");
    }
  }

  /** Asks every endpoint whether it can commit. */
  @Command(name = "health", description = "Checks the healthiness of the endpoints.")
  private final class Health implements Runnable {
    @Option(names = "--cluster", description = "Use all endpoints from the member list.")
    boolean wholeCluster;

    @Override
    public void run() {
      ClusterPrinter printer = ctl.clusterPrinter();
      Cluster cluster = ctl.cluster();
      List<ClusterPrinter.EndpointHealth> healths =
          (wholeCluster ? cluster.advertised() : cluster.endpoints())
              .stream().map(endpoint -> health(cluster, endpoint)).toList();
      printer.health(healths);
      if (!healths.stream().allMatch(ClusterPrinter.EndpointHealth::healthy)) {
        throw new CommandFailure("unhealthy cluster");
      }
    }

    private ClusterPrinter.EndpointHealth health(Cluster cluster, Endpoint endpoint) {
      long began = System.nanoTime();
      String error;
      try {
        error = cluster.askOnly(endpoint, this::ailment);
      } catch (CommandFailure e) {
        error = e.getMessage();
      }
      return new ClusterPrinter.EndpointHealth(
          endpoint.text(), System.nanoTime() - began, error == null ? "unknown" : error);
    }

    /** A linearizable read needs a leader and a quorum; being allowed to see the key does not. */
    private String ailment(Channel channel) {
      try {
        ctl.kv(channel)
            .range(RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("health")).build());
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Code.PERMISSION_DENIED) {
          throw e;
        }
      }
      List<AlarmMember> alarms =
          maintenance(ctl, channel).alarm(AlarmRequest.getDefaultInstance()).getAlarmsList();
      return alarms.isEmpty()
          ? ""
          : "Active Alarm(s): "
              + alarms.stream()
                  .map(alarm -> alarm.getAlarm().name())
                  .collect(Collectors.joining(", "));
    }
  }

  private static void requireNone(List<String> failures, String what) {
    if (!failures.isEmpty()) {
      throw new CommandFailure("no %s from %s".formatted(what, String.join(", ", failures)));
    }
  }

  private static MaintenanceBlockingStub maintenance(CtlCommand ctl, Channel channel) {
    return MaintenanceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS);
  }
}
