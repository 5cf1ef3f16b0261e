package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DefragmentRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.RangeRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ctl check}: loads a cluster for a while and says whether that went well. */
@Command(name = "check", description = "Commands for checking properties of the cluster.")
final class CtlCheck {
  private static final double MIB = 1 << 20;

  private final CtlCommand ctl;
  private final Console console;

  CtlCheck(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this).addSubcommand(new Perf()).addSubcommand(new DataScale());
  }

  /** What both checks are told. */
  static final class Flags {
    @Option(
        names = "--load",
        paramLabel = "s|m|l|xl",
        defaultValue = "s",
        description = "How much: small, medium, large or very large (default: ${DEFAULT-VALUE}).")
    String load = "s";

    @Option(
        names = "--auto-compact",
        description = "Compact the history when the check is finished.")
    boolean compacts;

    @Option(
        names = "--auto-defrag",
        description = "Defragment the storage when the check is finished.")
    boolean defragments;

    /** The one of {@code loads}, for s, m, l and xl in order, that is wanted. */
    Load of(List<Load> loads) {
      return loads.get(
          switch (load) {
            case "s" -> 0;
            case "m" -> 1;
            case "l" -> 2;
            case "xl", "xL" -> 3;
            default -> throw new BadUsage("unknown load option " + load + "; it is s, m, l or xl");
          });
    }
  }

  @Command(
      name = "perf",
      description = "Checks the performance of the cluster by a minute of puts at a fixed rate.")
  private final class Perf implements Runnable {
    @Mixin Flags flags = new Flags();

    @Option(
        names = "--prefix",
        paramLabel = "PREFIX",
        defaultValue = "/etcdctl-check-perf/",
        description = "Where to write; no key may be there (default: ${DEFAULT-VALUE}).")
    String prefix = "";

    @Option(
        names = "--duration",
        paramLabel = "DURATION",
        defaultValue = "60s",
        description = "How long to write (default: ${DEFAULT-VALUE}).")
    String duration = "60s";

    @Override
    public void run() {
      Duration length = GoText.parseDuration(duration);
      Load load =
          flags.of(
              List.of(
                  paced(150, 50, length),
                  paced(1_000, 200, length),
                  paced(8_000, 500, length),
                  paced(15_000, 1_000, length)));
      Load.Result result = ctl.cluster().write(channel -> measured(load, prefix, flags, channel));
      PerfVerdict verdict = PerfVerdict.of(result, load.rate());
      verdict.lines().forEach(console::println);
      if (!verdict.good()) {
        throw new CommandFailure("the cluster does not bear load " + flags.load);
      }
    }

    private static Load paced(int rate, int clients, Duration length) {
      return new Load(Math.max(1, rate * length.toMillis() / 1_000), rate, clients);
    }
  }

  @Command(
      name = "datascale",
      description = "Checks how much memory a member takes for data; it asks the first endpoint.")
  private final class DataScale implements Runnable {
    @Mixin Flags flags = new Flags();

    @Option(
        names = "--prefix",
        paramLabel = "PREFIX",
        defaultValue = "/etcdctl-check-datascale/",
        description = "Where to write; no key may be there (default: ${DEFAULT-VALUE}).")
    String prefix = "";

    @Override
    public void run() {
      Load load =
          flags.of(
              List.of(
                  new Load(10_000, 0, 50),
                  new Load(100_000, 0, 200),
                  new Load(1_000_000, 0, 500),
                  new Load(3_000_000, 0, 1_000)));
      Cluster cluster = ctl.cluster();
      Endpoint endpoint = cluster.endpoints().getFirst();
      console.println(
          "Start data scale check for work load [%d key-value pairs, 1024 bytes per key-value, %d concurrent clients]."
              .formatted(load.puts(), load.clients()));
      console.out().flush();
      double before = resident(cluster, endpoint);
      double[] after = {0};
      Load.Result result =
          cluster.askOnly(
              endpoint,
              channel -> {
                requireNone(channel, prefix);
                Load.Result loaded = load.run(channel, bytes(prefix), cluster.commandTimeout());
                after[0] = resident(cluster, endpoint);
                cleanUp(prefix, flags, endpoint.text(), channel);
                return loaded;
              });
      List<String> errors = PerfVerdict.errors(result);
      errors.forEach(console::println);
      if (!errors.isEmpty()) {
        throw new CommandFailure("the cluster does not bear load " + flags.load);
      }
      console.println(
          String.format(
              Locale.ROOT,
              "PASS: Approximate system memory used : %.2f MB.",
              (after[0] - before) / MIB));
    }

    private static double resident(Cluster cluster, Endpoint endpoint) {
      String metrics = cluster.http().get(endpoint, "/metrics");
      OptionalDouble found =
          metrics
              .lines()
              .filter(line -> line.startsWith("process_resident_memory_bytes "))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
              .findFirst();
      return found.orElseThrow(
          () ->
              new CommandFailure(
                  "%s does not tell process_resident_memory_bytes at /metrics; ask another"
                      .formatted(endpoint.text())));
    }
  }

  private Load.Result measured(Load load, String prefix, Flags flags, Channel channel) {
    requireNone(channel, prefix);
    Load.Result result = load.run(channel, bytes(prefix), Duration.ofNanos(ctl.timeoutNanos()));
    cleanUp(prefix, flags, ctl.cluster().endpoints().getFirst().text(), channel);
    return result;
  }

  private void requireNone(Channel channel, String prefix) {
    RangeRequest look =
        RangeRequest.newBuilder()
            .setKey(bytes(prefix))
            .setRangeEnd(KeySpan.afterPrefix(bytes(prefix)))
            .setLimit(1)
            .build();
    if (ctl.kv(channel).range(look).getCount() > 0) {
      throw new CommandFailure(
          "prefix \"%s\" has keys. Delete with etcdctl del --prefix %s first"
              .formatted(prefix, prefix));
    }
  }

  private void cleanUp(String prefix, Flags flags, String endpoint, Channel channel) {
    long revision =
        ctl.kv(channel)
            .deleteRange(
                DeleteRangeRequest.newBuilder()
                    .setKey(bytes(prefix))
                    .setRangeEnd(KeySpan.afterPrefix(bytes(prefix)))
                    .build())
            .getHeader()
            .getRevision();
    if (flags.compacts) {
      console.println("Compacting with revision " + revision);
      var unused =
          ctl.kv(channel)
              .compact(
                  CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build());
      console.println("Compacted with revision " + revision);
    }
    if (flags.defragments) {
      console.println("Defragmenting \"%s\"".formatted(endpoint));
      var unused =
          MaintenanceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
              .defragment(DefragmentRequest.getDefaultInstance());
      console.println("Defragmented \"%s\"".formatted(endpoint));
    }
  }

  private static ByteString bytes(String prefix) {
    return Argument.bytes(prefix);
  }
}
