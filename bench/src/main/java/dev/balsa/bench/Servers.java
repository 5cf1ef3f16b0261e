package dev.balsa.bench;

import dev.balsa.bench.server.Launchers;
import dev.balsa.bench.server.ServerKind;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that every measurement of servers has. */
final class Servers {
  @Option(
      names = "--peers",
      split = ",",
      description =
          "Servers, the first being the base: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  List<ServerKind> kinds = List.of(ServerKind.ETCD, ServerKind.BALSA);

  @Option(
      names = "--etcd",
      split = " ",
      description = "The command that starts an etcd member (default: ${DEFAULT-VALUE}).")
  List<String> etcd = List.of("etcd");

  @Option(
      names = "--balsa",
      split = " ",
      description = "The command that starts a Balsa member (default: ./balsa server).")
  List<String> balsa = List.of("./balsa", "server");

  Launchers launchers() {
    return new Launchers(etcd, balsa);
  }
}
