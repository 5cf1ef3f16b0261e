package dev.balsa.server.cli;

import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code balsa demo}: a whole cluster on loopback, each member with its own ports and data. */
@Command(
    name = "demo",
    abbreviateSynopsis = true,
    description = {
      "Runs a cluster of real members on this machine until Ctrl-C.",
      "Clients come in at 2379, 22379, 32379, …; members meet at the ports after these."
    })
final class DemoCommand implements Runnable {
  private static final int MEMBERS_MAX = 5;
  private static final int PORT_MAX = 65535;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many members, 1 to 5 (default: ${DEFAULT-VALUE}).")
  int count = 3;

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "Use other ports: clients at N, N+10, N+20, …; members at N+1, N+11, N+21, ….")
  @Nullable Integer portBase;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Keep the data there (default: a temporary folder, deleted at the end).")
  @Nullable Path dataDir;

  @Option(names = "--no-open", description = "Open no browser; this version opens none anyhow.")
  boolean quiet;

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (count < 1 || count > MEMBERS_MAX) {
      throw new BadUsage("--members " + count + " is not 1 to " + MEMBERS_MAX);
    }
    requireFreePorts();
    // Three logs in one terminal tell nobody anything, least of all how each sees the others go.
    System.setProperty("balsa.log.level", "ERROR");
    Path folder = folder();
    try (Members members = Members.startDemo(configs(folder))) {
      members.stopOnSignal(() -> cleanUp(folder));
      if (!members.awaitLeader(PATIENCE)) {
        throw new CommandFailure(
            "the members elected no leader within %d s; is this machine very busy? try again"
                .formatted(PATIENCE.toSeconds()));
      }
      announce(folder);
      members.awaitFailure();
    } finally {
      cleanUp(folder);
    }
  }

  private int clientPort(int member) {
    if (portBase != null) {
      return portBase + 10 * member;
    }
    return member == 0 ? 2379 : 12379 + 10_000 * member;
  }

  private int peerPort(int member) {
    return clientPort(member) + 1;
  }

  /** Says which port is taken before anything is started. */
  private void requireFreePorts() {
    if (portBase != null && (portBase < 1 || peerPort(count - 1) > PORT_MAX)) {
      throw new BadUsage(
          "--port-base %d does not leave room for the ports up to %d; choose 1 to %d"
              .formatted(portBase, peerPort(count - 1), PORT_MAX - 10 * count));
    }
    for (int member = 0; member < count; member++) {
      requireFree(clientPort(member), "clients", member);
      requireFree(peerPort(member), "members", member);
    }
  }

  private static void requireFree(int port, String whom, int member) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new CommandFailure(
          "port %d, for %s of member %s, cannot be opened (%s); stop what holds it or choose others with --port-base"
              .formatted(port, whom, name(member), e.getMessage()));
    }
  }

  private Path folder() {
    if (dataDir == null) {
      return TemporaryFolder.make("balsa-demo-", console).path();
    }
    try {
      return Files.createDirectories(dataDir);
    } catch (IOException e) {
      throw new CommandFailure(
          "the data directory cannot be made (%s); choose another with --data-dir"
              .formatted(e.getMessage()));
    }
  }

  private List<ServerConfig> configs(Path folder) {
    String cluster =
        members()
            .map(member -> name(member) + "=http://127.0.0.1:" + peerPort(member))
            .collect(Collectors.joining(","));
    List<ServerConfig> configs = new ArrayList<>();
    for (int member = 0; member < count; member++) {
      ServerOptions options = new ServerOptions();
      new CommandLine(options)
          .parseArgs(
              "--name=" + name(member),
              "--data-dir=" + folder.resolve(name(member)),
              "--listen-client-urls=http://" + client(member),
              "--listen-peer-urls=http://127.0.0.1:" + peerPort(member),
              "--initial-cluster=" + cluster,
              "--initial-cluster-token=balsa-demo");
      configs.add(options.toConfig());
    }
    return configs;
  }

  private void announce(Path folder) {
    String endpoints = members().map(this::client).collect(Collectors.joining(","));
    console.println(
        "Balsa serves etcd's API with %d member%s:".formatted(count, count == 1 ? "" : "s"));
    for (int member = 0; member < count; member++) {
      console.println(
          "  %s  http://%-15s  data %s"
              .formatted(name(member), client(member), folder.resolve(name(member))));
    }
    console.println("");
    console.println("See Raft run, a tour and a playground: http://" + client(0) + "/ui/");
    console.println("See this cluster, live: http://" + client(0) + "/ui/#live");
    console.println("");
    console.println("Try in another terminal:");
    console.println("  ./balsa ctl --endpoints " + endpoints + " put greeting hello");
    console.println("  ./balsa ctl --endpoints " + endpoints + " get greeting");
    console.println("  etcdctl --endpoints " + endpoints + " endpoint status -w table");
    console.println("  curl http://" + client(0) + "/health");
    console.println("");
    console.println(
        "Ctrl-C stops it" + (dataDir == null ? " and deletes the data." : "; the data stays."));
    console.out().flush();
  }

  private String client(int member) {
    return "127.0.0.1:" + clientPort(member);
  }

  private static String name(int member) {
    return "m" + (member + 1);
  }

  private Stream<Integer> members() {
    return IntStream.range(0, count).boxed();
  }

  /** Deletes the data, unless the person named a place for it. */
  private void cleanUp(Path folder) {
    if (dataDir == null) {
      new TemporaryFolder(folder, console).close();
    }
  }
}
