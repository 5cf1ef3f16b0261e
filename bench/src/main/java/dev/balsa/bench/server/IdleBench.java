package dev.balsa.bench.server;

import dev.balsa.bench.measure.CpuMeter;
import dev.balsa.bench.measure.Memory;
import dev.balsa.bench.measure.Table;
import dev.balsa.bench.measure.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What members cost that nobody asks anything. */
public final class IdleBench {
  private final Launchers launchers;
  private final int members;
  private final int settleSeconds;
  private final int seconds;
  private final Table table =
      new Table("member", "role", "CPU, % of a core", "RSS MiB", "others' CPU, cores");

  /** Waits {@code settleSeconds} after all members are healthy, then measures {@code seconds}. */
  public IdleBench(Launchers launchers, int members, int settleSeconds, int seconds) {
    this.launchers = launchers;
    this.members = members;
    this.settleSeconds = settleSeconds;
    this.seconds = seconds;
  }

  /**
   * Measures each kind below {@code parent} and returns the table.
   *
   * @throws IOException if a member does not start or does not answer
   */
  public Table run(List<ServerKind> kinds, Path parent) throws IOException, InterruptedException {
    for (ServerKind kind : kinds) {
      measure(kind, parent);
    }
    return table;
  }

  private void measure(ServerKind kind, Path parent) throws IOException, InterruptedException {
    try (Workspace workspace = Workspace.create(parent)) {
      ServerCluster cluster = ServerCluster.start(workspace, kind, members, launchers);
      ServerMember leader = cluster.leader();
      TimeUnit.SECONDS.sleep(settleSeconds);
      CpuMeter all = CpuMeter.start(cluster.processes());
      List<CpuMeter> meters = new ArrayList<>();
      for (ProcessHandle process : cluster.processes()) {
        meters.add(CpuMeter.start(List.of(process)));
      }
      TimeUnit.SECONDS.sleep(seconds);
      double others = all.read().others();
      for (int i = 0; i < members; i++) {
        ServerMember member = cluster.members().get(i);
        table.add(
            List.of(
                member.name(),
                member.equals(leader) ? "leader" : "follower",
                Table.number(100 * meters.get(i).read().watched()),
                Table.number(Memory.residentMib(member.handle())),
                Table.number(others)));
      }
    }
  }
}
