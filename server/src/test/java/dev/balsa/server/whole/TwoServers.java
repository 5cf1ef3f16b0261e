package dev.balsa.server.whole;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.Tools;
import dev.balsa.server.cli.RealEtcd;
import dev.balsa.server.config.ServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * A real etcd and a server of ours, each of one member, to be asked the same. An election takes so
 * long that a lease lives for 75 seconds at least and a request for 105: however slow the machine,
 * no time-out decides what either answers.
 */
final class TwoServers implements AutoCloseable {
  private static final String ELECTION = "--election-timeout=50000";
  private static final String CHEAP_PASSWORDS = "--bcrypt-cost=4";

  private @Nullable RealEtcd etcd;
  private @Nullable EtcdServer server;
  private @Nullable Side theirs;
  private @Nullable Side ours;

  private TwoServers() {}

  static TwoServers start(Path folder) throws Exception {
    TwoServers both = new TwoServers();
    try {
      both.launch(folder);
    } catch (Exception | AssertionError e) {
      both.close();
      throw e;
    }
    return both;
  }

  private void launch(Path folder) throws Exception {
    RealEtcd real =
        RealEtcd.start(Tools.require("etcd"), folder.resolve("etcd"), ELECTION, CHEAP_PASSWORDS);
    etcd = real;
    theirs = Side.at(real.endpoint());
    String peer = "http://127.0.0.1:" + Ports.free(1).getFirst();
    ServerOptions options =
        CommandLine.populateCommand(
            new ServerOptions(),
            "--name=m1",
            "--data-dir=" + folder.resolve("balsa"),
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=m1=" + peer,
            ELECTION,
            CHEAP_PASSWORDS);
    EtcdServer own = EtcdServer.start(options.toConfig());
    server = own;
    var unused = own.leaderKnown().get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    InetSocketAddress address = own.clientAddresses().getFirst();
    ours = Side.at("127.0.0.1:" + address.getPort());
  }

  Side theirs() {
    return running(theirs);
  }

  Side ours() {
    return running(ours);
  }

  Pair pair() {
    return new Pair(theirs(), ours());
  }

  private static Side running(@Nullable Side side) {
    if (side == null) {
      throw new IllegalStateException("not started");
    }
    return side;
  }

  @Override
  public void close() {
    if (ours != null) {
      ours.close();
    }
    if (server != null) {
      server.close();
    }
    if (theirs != null) {
      theirs.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }
}
