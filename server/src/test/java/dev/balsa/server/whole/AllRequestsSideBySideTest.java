package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.Tools;
import dev.balsa.server.cli.RealEtcd;
import dev.balsa.server.config.ServerOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A member answers every request of the API as a real etcd does. On demand: {@code
 * -Dsidebyside.requests=20000}, other ones by {@code -Dsidebyside.seed=7}.
 */
@EnabledIfSystemProperty(named = "sidebyside.requests", matches = "[0-9]+")
class AllRequestsSideBySideTest {
  private static final long SEED = Long.getLong("sidebyside.seed", 20_261_122);
  private static final int REQUESTS = Integer.getInteger("sidebyside.requests", 20_000);
  private static final int FIRST_ROUND = Integer.getInteger("sidebyside.round", 0);

  /** After so many, no more is looked for. */
  private static final int DIFFERENCES_MAX = Integer.getInteger("sidebyside.differences", 3);

  @TempDir static Path folder;

  private static RealEtcd etcd;
  private static EtcdServer server;
  private static Side theirs;
  private static Side ours;

  @BeforeAll
  static void start() throws Exception {
    etcd = RealEtcd.start(Tools.require("etcd"), folder.resolve("etcd"), "--bcrypt-cost=4");
    theirs = Side.at(etcd.endpoint());
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
            "--bcrypt-cost=4");
    server = EtcdServer.start(options.toConfig());
    var unused = server.leaderKnown().get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    InetSocketAddress address = server.clientAddresses().getFirst();
    ours = Side.at("127.0.0.1:" + address.getPort());
  }

  @AfterAll
  static void end() {
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

  @Test
  void randomRequestsOfEveryKindGetTheSameAnswers() throws Exception {
    Pair pair = new Pair(theirs, ours);
    Rounds rounds = new Rounds(pair, SEED);

    List<String> differences = new ArrayList<>();
    int round = FIRST_ROUND;
    while (pair.asked() < REQUESTS && differences.size() < DIFFERENCES_MAX) {
      rounds.play(round++).ifPresent(differences::add);
    }

    assertThat(differences).isEmpty();
    assertThat(pair.asked()).isGreaterThanOrEqualTo(REQUESTS);
    System.out.printf(
        "figures: side by side with etcd: %,d requests of all kinds, %,d passed over for %d known"
            + " differences, 0 others%n",
        pair.asked(), rounds.passedOver(), KnownDifference.values().length);
  }
}
