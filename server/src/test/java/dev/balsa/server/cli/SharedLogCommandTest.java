package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.NodeConfig;
import dev.balsa.node.RaftHost;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code balsa log} over the data directory of a node that had many groups. */
final class SharedLogCommandTest {
  @TempDir Path folder;
  private Path data;

  /** Groups 7 and a; group 8 was removed. */
  @BeforeEach
  void writeAndStop() throws Exception {
    data = folder.resolve("data");
    NodeId self = new NodeId(1);
    try (RaftHost host =
        RaftHost.start(NodeConfig.of(self, Map.of(self, PeerAddress.loopback(0)), data))) {
      StateMachine<Integer> machine =
          commands -> commands.stream().map(it -> it.command().length()).toList();
      for (long id : List.of(7L, 8L, 10L)) {
        host.create(new GroupId(id), machine).submit(Bytes.utf8("secret")).get();
      }
      host.remove(new GroupId(8));
    }
  }

  @Test
  void dumpNamesTheGroupOfEachRecordAndWhatHappenedToIt() {
    Run text = Run.of("log", "dump", data.toString());
    Run json = Run.of("log", "dump", data.toString(), "--json");

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(json.code()).as(json.err()).isZero();
    assertThat(text.out())
        .containsSubsequence(
            "groups none\n",
            "group 7 founded with 1:VOTER\n",
            "group 7 term term 1, vote for 1\n",
            "group 7 entry 1/1, ",
            "group 8 founded with 1:VOTER\n",
            "group a founded with 1:VOTER\n",
            "group 8 retired gone for ever\n",
            "mark all before was forced\n")
        .doesNotContain("DAMAGED", "secret");
    assertThat(json.out().lines()).hasSameSizeAs(text.out().lines().toList());
    assertThat(json.out())
        .contains("\"group\":7,\"type\":\"founded\",\"members\":\"1:VOTER\"}")
        .contains("\"type\":\"groups\",\"groups\":[],\"retired\":[]}")
        .contains("\"group\":8,\"type\":\"retired\"}");
  }

  @Test
  void verifyForetellsWhatEachGroupGoesOnFrom() {
    Run run = Run.of("log", "verify", data.toString());

    assertThat(run.code()).as(run.err() + run.out()).isZero();
    assertThat(run.out())
        .containsPattern("[0-9]+ records, [0-9]+ entries of 3 groups\n")
        .contains("At its start the member\n  starts group 7 in term 1 with a vote for 1: ")
        .containsPattern("group 7 in .*: no snapshot, a log after 0/0 up to 1/[0-9]+\n")
        .containsPattern("  starts group a in .*: no snapshot, a log after 0/0 up to 1/[0-9]+\n");
  }

  /** Its only voter is this node. */
  @Test
  void verifyForetellsWhichGroupDamageCostsWhat() throws IOException {
    Path segment = data.resolve("0000000000000001.wal");
    long at = offset("\"group\":7,\"type\":\"entry\"");
    damage(segment, at + 64 + 30);

    Run run = Run.of("log", "verify", data.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("says: %s at offset %d: a part of the log is damaged".formatted(segment, at))
        .contains("  cannot open it: group 7 lost entries to damage of this node's log")
        .containsPattern("  starts group a in .*: no snapshot, a log after 0/0 up to 1/[0-9]+\n");
    assertThat(Run.of("log", "verify", data.toString()).out()).isEqualTo(run.out());
  }

  @Test
  void damageThatLeavesUnknownWhichGroupsThereAreIsRefusedByNameWithWhatToDo() throws IOException {
    Path segment = data.resolve("0000000000000001.wal");
    long at = offset("\"type\":\"mark\"");
    damage(segment, at + 52); // its checksum, by which alone a damaged mark is known

    Run run = Run.of("log", "verify", data.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("does not start: %s at offset %d".formatted(segment, at))
        .contains("a fully written record is damaged")
        .contains("start this node with an empty data directory");
  }

  /** Where the first record lies that is listed so. */
  private long offset(String what) {
    String line =
        Run.of("log", "dump", data.toString(), "--json")
            .out()
            .lines()
            .filter(it -> it.contains(what))
            .findFirst()
            .orElseThrow();
    Matcher place = Pattern.compile("\"offset\":([0-9]+)").matcher(line);
    assertThat(place.find()).as(line).isTrue();
    return Long.parseLong(place.group(1));
  }

  private static void damage(Path segment, long at) throws IOException {
    try (FileChannel file =
        FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {77}), at);
    }
  }
}
