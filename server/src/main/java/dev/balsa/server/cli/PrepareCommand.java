package dev.balsa.server.cli;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerOptions;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code balsa prepare}: does once what members and clients do at every start and under a load. The
 * launcher has the JVM write down beside the jars what it learns, for all later starts.
 */
@Command(
    name = "prepare",
    description = {
      "Makes every later start on this machine quicker. Needs Java 25 or newer.",
      "Runs a member with temporary data on a port of its own for some seconds; the JVM then writes"
          + " what it has learned into a file beside the jars, which starts use from then on."
          + " Run it once after installing, after an upgrade, or when Java has changed."
    })
final class PrepareCommand implements Runnable {
  private static final List<List<String>> WORDS =
      List.of(
          List.of("endpoint", "health"),
          List.of("endpoint", "status", "-w", "table"),
          List.of("put", "prepare", "1"),
          List.of("get", "prepare"),
          List.of("lease", "list"),
          List.of("del", "prepare"));

  /** What a busy machine makes of it is no matter: code runs, and that is all. */
  private static final List<String> LOAD = List.of("check", "perf", "--load=m", "--duration=5s");

  private final Console console;

  PrepareCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    System.setProperty("balsa.log.level", "ERROR");
    try (TemporaryFolder folder = TemporaryFolder.make("balsa-prepare-", console)) {
      rehearse(folder.path());
    }
  }

  private static void rehearse(Path folder) {
    ServerOptions options = new ServerOptions();
    new CommandLine(options)
        .parseArgs(
            "--name=prepare",
            "--data-dir=" + folder.resolve("data"),
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=http://127.0.0.1:0",
            "--initial-cluster=prepare=http://127.0.0.1:0");
    try (EtcdServer server = EtcdServer.start(options.toConfig())) {
      var unused = server.leaderKnown().join();
      String endpoint = "127.0.0.1:" + server.clientAddresses().getFirst().getPort();
      for (List<String> words : WORDS) {
        if (ctl(endpoint, words) != 0) {
          throw new CommandFailure("ctl " + String.join(" ", words) + " failed; nothing prepared");
        }
      }
      var unusedVerdict = ctl(endpoint, LOAD);
    }
  }

  private static int ctl(String endpoint, List<String> words) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    List<String> all = new ArrayList<>(List.of("ctl", "--endpoints=" + endpoint));
    all.add("--dial-timeout=30s");
    all.add("--command-timeout=30s");
    all.addAll(words);
    return Main.run(
        new Console(InputStream.nullInputStream(), nowhere, nowhere),
        Map.of(),
        all.toArray(String[]::new));
  }
}
