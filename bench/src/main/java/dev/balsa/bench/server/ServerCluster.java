package dev.balsa.bench.server;

import dev.balsa.bench.measure.Disk;
import dev.balsa.bench.measure.Workspace;
import dev.balsa.proto.RangeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Members of one kind on free loopback ports, with default flags and data directories of their own.
 */
final class ServerCluster {
  private static final int POLL_MILLIS = 100;
  private static final int POLLS_MAX = 600;
  private static final int RESTART_POLL_MILLIS = 10;
  private static final long RESTART_NANOS = 300_000_000_000L;

  private final Workspace workspace;
  private final List<ServerMember> members;

  private ServerCluster(Workspace workspace, List<ServerMember> members) {
    this.workspace = workspace;
    this.members = members;
  }

  /**
   * Starts {@code count} members in {@code workspace}, which also ends them, and waits until all
   * are healthy.
   *
   * @throws IOException if one does not start or is not healthy within a minute
   */
  static ServerCluster start(Workspace workspace, ServerKind kind, int count, Launchers launchers)
      throws IOException, InterruptedException {
    List<Integer> clientPorts = Workspace.freePorts(count);
    List<Integer> peerPorts = Workspace.freePorts(count);
    String initial =
        IntStream.range(0, count)
            .mapToObj(i -> name(kind, i) + "=" + url(peerPorts.get(i)))
            .collect(Collectors.joining(","));
    List<ServerMember> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = name(kind, i);
      List<String> command = new ArrayList<>(launchers.of(kind));
      command.addAll(flags(name, workspace.directory(name), clientPorts.get(i), peerPorts.get(i)));
      command.addAll(List.of("--initial-cluster", initial));
      Process process = start(workspace, name, command);
      members.add(new ServerMember(name, List.copyOf(command), clientPorts.get(i), process));
    }
    ServerCluster cluster = new ServerCluster(workspace, members);
    cluster.awaitHealth();
    return cluster;
  }

  private static Process start(Workspace workspace, String name, List<String> command)
      throws IOException {
    try {
      return workspace.startQuietly(name, command);
    } catch (IOException e) {
      throw new IOException(
          "cannot start %s: %s; install it, or name another command with --etcd or --balsa"
              .formatted(command.getFirst(), e.getMessage()),
          e);
    }
  }

  private static List<String> flags(String name, Path data, int clientPort, int peerPort) {
    return List.of(
        "--name",
        name,
        "--data-dir",
        data.toString(),
        "--listen-client-urls",
        url(clientPort),
        "--advertise-client-urls",
        url(clientPort),
        "--listen-peer-urls",
        url(peerPort),
        "--initial-advertise-peer-urls",
        url(peerPort),
        "--initial-cluster-token",
        "balsa-bench",
        "--initial-cluster-state",
        "new");
  }

  private static String name(ServerKind kind, int index) {
    return kind.name().toLowerCase(Locale.ROOT) + (index + 1);
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  List<ServerMember> members() {
    return members;
  }

  List<ProcessHandle> processes() {
    return members.stream().map(ServerMember::handle).toList();
  }

  private void awaitHealth() throws IOException, InterruptedException {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      boolean healthy = true;
      for (ServerMember member : members) {
        if (!member.process().isAlive()) {
          throw new IOException(
              "%s ended with exit code %d; it printed last:%n%s"
                  .formatted(
                      member.name(),
                      member.process().exitValue(),
                      workspace.logTail(member.name())));
        }
        healthy &= member.isHealthy();
      }
      if (healthy) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IOException(
        "not all of %s healthy within a minute; the first printed last:%n%s"
            .formatted(
                members.stream().map(ServerMember::name).toList(),
                workspace.logTail(members.getFirst().name())));
  }

  /**
   * The member that says it leads.
   *
   * @throws IOException if none does
   */
  ServerMember leader() throws IOException, InterruptedException {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      for (ServerMember member : members) {
        if (member.leads()) {
          return member;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IOException("no member says it leads");
  }

  /**
   * Kills {@code victims}, members of now, and starts them again on their data.
   *
   * @return nanoseconds from the first start until each of them answers a linearizable read
   * @throws IOException if that takes longer than five minutes
   */
  long restart(List<ServerMember> victims, RangeRequest key)
      throws IOException, InterruptedException {
    victims.forEach(victim -> victim.process().destroyForcibly());
    victims.forEach(victim -> victim.process().onExit().join());
    long began = System.nanoTime();
    for (ServerMember victim : victims) {
      ServerMember next = victim.as(start(workspace, victim.name(), victim.command()));
      members.set(members.indexOf(victim), next);
    }
    List<String> names = victims.stream().map(ServerMember::name).toList();
    for (ServerMember member : members) {
      while (names.contains(member.name()) && !member.serves(key)) {
        if (System.nanoTime() - began > RESTART_NANOS || !member.process().isAlive()) {
          throw new IOException(
              "%s does not serve again; it printed last:%n%s"
                  .formatted(member.name(), workspace.logTail(member.name())));
        }
        TimeUnit.MILLISECONDS.sleep(RESTART_POLL_MILLIS);
      }
    }
    return System.nanoTime() - began;
  }

  /** The bytes of the largest data directory, in MiB. */
  double largestDiskMib() throws IOException {
    double largest = 0;
    for (ServerMember member : members) {
      largest = Math.max(largest, Disk.usedMib(workspace.directory(member.name())));
    }
    return largest;
  }
}
