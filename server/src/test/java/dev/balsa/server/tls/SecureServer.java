package dev.balsa.server.tls;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** A member alone that serves clients by TLS, in this process. */
public record SecureServer(EtcdServer server) implements AutoCloseable {
  /** Starts one with {@code flags} besides those that say where it listens. */
  public static SecureServer start(Path data, List<String> flags) {
    return new SecureServer(EtcdServer.start(config(data, flags)));
  }

  /** What it would be started with. */
  public static ServerConfig config(Path data, List<String> flags) {
    List<String> all = new ArrayList<>();
    all.add("--data-dir=" + data);
    all.add("--listen-client-urls=https://127.0.0.1:0");
    all.add("--listen-peer-urls=http://127.0.0.1:0");
    all.addAll(flags);
    ServerOptions options = new ServerOptions();
    new CommandLine(options)
        .setOverwrittenOptionsAllowed(true)
        .parseArgs(all.toArray(String[]::new));
    return options.toConfig();
  }

  public int port() {
    return server.clientAddresses().getFirst().getPort();
  }

  /** For clients that take URLs. */
  public String url() {
    return "https://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    server.close();
  }
}
