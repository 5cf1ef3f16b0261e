package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.Tools;
import dev.balsa.server.config.ServerOptions;
import dev.balsa.server.whole.Ports;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Cluster;
import io.etcd.jetcd.cluster.Member;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Unmodified clients change the members of one of ours as they change those of a real etcd. */
class EtcdctlMembersTest {
  /**
   * {@code @first} and {@code @other} stand for the ids of the first member and of another. What is
   * not here: etcd 3.4's answer to an update calls a learner a voter, and while an unstarted
   * learner is there it takes an unknown id for a voter that cannot be spared.
   */
  private static final String SCRIPT =
      """
      member add x --peer-urls=http://127.0.0.1:@taken
      member add x
      member add
      member add --learner l1 --peer-urls=http://127.0.0.1:1480
      member add --learner l2 --peer-urls=http://127.0.0.1:1580
      member list
      member list -w json
      member list -w fields
      member list -w table
      member promote 1234
      member promote @other
      member promote @first
      member update @other --peer-urls=http://127.0.0.1:1481
      member update 1234 --peer-urls=http://127.0.0.1:1481
      member update @other --peer-urls=http://127.0.0.1:@taken
      member update @other
      member update @other --peer-urls=http://127.0.0.1:1481
      member remove zz
      member remove @first
      member remove @other
      member remove 1234
      member remove @other
      member list
      member add --learner j --peer-urls=http://127.0.0.1:1680 -w json
      member remove @other -w json
      member list
      """;

  @TempDir Path folder;

  private RealEtcd etcd;
  private EtcdServer server;
  private String endpoint;
  private int peerPort;

  @BeforeEach
  void start() throws Exception {
    etcd = RealEtcd.start(Tools.require("etcd"), folder.resolve("etcd"));
    List<Integer> ports = Ports.free(2);
    peerPort = ports.getFirst();
    endpoint = "127.0.0.1:" + ports.getLast();
    server =
        EtcdServer.start(
            CommandLine.populateCommand(
                    new ServerOptions(),
                    "--name=m1",
                    "--data-dir=" + folder.resolve("ours"),
                    "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                    "--listen-client-urls=http://" + endpoint)
                .toConfig());
    awaitItsName();
  }

  /** A member has no name until it has told the others, which needs a leader first. */
  private void awaitItsName() throws Exception {
    try (Client client = Client.builder().endpoints("http://" + endpoint).build()) {
      Cluster cluster = client.getClusterClient();
      while (!texts(cluster.listMember().get().getMembers()).contains("m1")) {
        Thread.onSpinWait();
      }
    }
  }

  @AfterEach
  void end() {
    if (server != null) {
      server.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  @Test
  void changingMembersPrintsTheSame() throws Exception {
    Path etcdctl = Tools.require("etcdctl");
    Asked theirs = new Asked(new Etcdctl(etcdctl, folder, etcd.endpoint()));
    Asked ours = new Asked(new Etcdctl(etcdctl, folder, endpoint));
    SoftAssertions softly = new SoftAssertions();

    for (String line : SCRIPT.lines().toList()) {
      Run wanted = theirs.run(line);
      Run found = ours.run(line);

      softly.assertThat(found.code()).as(line).isEqualTo(wanted.code());
      softly.assertThat(masked(found.out())).as(line).isEqualTo(masked(wanted.out()));
      softly.assertThat(Masked.text(found.err())).as(line).isEqualTo(Masked.text(wanted.err()));
    }

    softly.assertAll();
  }

  /** What etcdctl tells a newcomer lists the members in the order of their ids. */
  private static String masked(String out) {
    return Masked.text(out)
        .replaceAll("(l1|m1)=http://ADDRESS,(l1|m1)=", "ONE=http://ADDRESS,OTHER=");
  }

  /** One cluster, and the ids of its members so far. */
  private static final class Asked {
    private final Etcdctl etcdctl;
    private String first = "";
    private String other = "";
    private String taken = "";

    Asked(Etcdctl etcdctl) {
      this.etcdctl = etcdctl;
    }

    Run run(String line) throws Exception {
      Run list = etcdctl.run("", List.of("member", "list"));
      assertThat(list.code()).as(list.err()).isZero();
      for (String member : list.out().lines().toList()) {
        String[] fields = member.split(", ", -1);
        if (fields[2].equals("m1")) {
          first = fields[0];
          taken = fields[3].substring(fields[3].lastIndexOf(':') + 1);
        } else {
          other = fields[0];
        }
      }
      return etcdctl.run(
          "",
          Stream.of(line.split(" ", -1))
              .map(
                  word ->
                      word.replace("@first", first)
                          .replace("@other", other)
                          .replace("@taken", taken))
              .toList());
    }
  }

  @Test
  void ourOwnCommandsChangeMembersAndShowWhatAChangeWouldMean() {
    String peer = "http://127.0.0.1:1480";
    Run added = ctl("add", "--learner", "l1", "--peer-urls=" + peer);
    String id = added.out().split(" +", 3)[1];
    Run promoted = ctl("promote", id);
    Run updated = ctl("update", id, "--peer-urls=http://127.0.0.1:1481");
    Run grown = ctl("plan", "--add", "2");
    Run lost = ctl("plan", "--promote", id);
    Run last = ctl("plan", "--remove", server.id().toString());
    Run removed = ctl("remove", id);

    assertThat(added.out())
        .startsWith("Member " + padded(id) + " added to cluster ")
        .contains("ETCD_NAME=\"l1\"", "l1=" + peer, "ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
    assertThat(promoted.err()).contains("in sync with leader");
    assertThat(updated.out()).startsWith("Member " + padded(id) + " updated in cluster ");
    assertThat(grown.out())
        .contains("before 1 of {", "during 1 of {", "after  2 of {", "1 may fail");
    assertThat(grown.code()).isZero();
    assertThat(lost.err()).contains("the change would lose the quorum");
    assertThat(last.err()).contains("the change is refused: LAST_VOTER");
    assertThat(List.of(promoted.code(), lost.code(), last.code())).containsOnly(1);
    assertThat(removed.out()).startsWith("Member " + padded(id) + " removed from cluster ");
  }

  /** Ids are printed in sixteen places (etcdctl's own form). */
  private static String padded(String id) {
    return " ".repeat(16 - id.length()) + id;
  }

  private Run ctl(String... words) {
    List<String> all = new ArrayList<>(List.of("ctl", "--endpoints", endpoint, "member"));
    all.addAll(List.of(words));
    return Run.of(all.toArray(String[]::new));
  }

  @Test
  void jetcdsClusterClientSeesTheSame() throws Exception {
    assertThat(transcript("http://" + endpoint)).isEqualTo(transcript("http://" + etcd.endpoint()));
  }

  private static List<String> transcript(String endpoint) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Client client = Client.builder().endpoints(endpoint).build()) {
      Cluster cluster = client.getClusterClient();
      List<URI> urls = List.of(URI.create("http://127.0.0.1:1480"));
      List<URI> moved = List.of(URI.create("http://127.0.0.1:1481"));

      lines.add(texts(cluster.listMember().get().getMembers()));
      var added = cluster.addMember(urls, true).get();
      long id = added.getMember().getId();
      lines.add(text(added.getMember()) + " " + texts(added.getMembers()));
      lines.add(told(cluster.addMember(moved, true)));
      lines.add(texts(cluster.updateMember(id, moved).get().getMembers()).replace("true", "false"));
      lines.add(texts(cluster.removeMember(id).get().getMembers()));
      lines.add(told(cluster.removeMember(id)));
    }
    return lines;
  }

  private static String told(CompletableFuture<?> call) throws Exception {
    try {
      return call.get().toString();
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private static String texts(List<Member> members) {
    return members.stream().map(EtcdctlMembersTest::text).sorted().toList().toString();
  }

  private static String text(Member member) {
    return member.getName()
        + " learner "
        + member.isLearner()
        + " "
        + member.getPeerURIs().toString().replaceAll(":[0-9]{5}", ":PORT")
        + member.getClientURIs().toString().replaceAll(":[0-9]{5}", ":PORT");
  }
}
