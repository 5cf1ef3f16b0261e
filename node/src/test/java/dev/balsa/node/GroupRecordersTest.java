package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.trace.Recorded;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.raft.trace.Segment;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Every group of a host has a flight recorder as long as there is memory for it. */
class GroupRecordersTest {
  private static final NodeId SELF = new NodeId(1);
  private static final GroupId SEVEN = new GroupId(7);
  private static final GroupId EIGHT = new GroupId(8);

  private static RaftHost start(GroupRecorders recorders) {
    NodeConfig config =
        NodeConfig.of(SELF, Map.of(SELF, new PeerAddress("127.0.0.1", 0)), Path.of("unused"));
    return RaftHost.start(
        config,
        new FaultyDirectory(),
        new HostListener() {
          @Override
          public GroupRecorders recorders() {
            return recorders;
          }
        });
  }

  private static Trace read(byte[] file) {
    TraceReader reader = new TraceReader();
    reader.feed(file);
    return reader.finish();
  }

  @Test
  void aGroupsTraceTellsWhatItsCoreWasTold() throws Exception {
    GroupRecorders recorders = new GroupRecorders(1 << 20);
    try (RaftHost host = start(recorders)) {
      host.create(EIGHT, new Counter());
      RaftGroup<Long, Counter> seven = host.create(SEVEN, new Counter());
      assertThat(seven.submit(Bytes.utf8("+5")).get()).isInstanceOf(Outcome.Applied.class);
    }

    assertThat(recorders.groups()).containsExactly(SEVEN, EIGHT);
    Trace.Recording recording = read(recorders.trace(SEVEN, SELF, "a")).recordings().getFirst();
    assertThat(recording.node()).isEqualTo(SELF);
    assertThat(recording.source()).isEqualTo("group " + SEVEN);
    Segment segment = new Segment(recording.segments().getFirst());
    assertThat(segment.base().beginning()).isNotNull();
    long commit = 0;
    for (Recorded next = segment.next(); next != null; next = segment.next()) {
      commit = next instanceof Recorded.Step step ? step.standing().commit() : commit;
    }
    assertThat(commit).isEqualTo(2);
  }

  @Test
  void aGroupThatIsRemovedIsForgotten() {
    GroupRecorders recorders = new GroupRecorders(1 << 20);
    try (RaftHost host = start(recorders)) {
      host.create(SEVEN, new Counter());
      host.remove(SEVEN);
    }

    assertThat(recorders.groups()).isEmpty();
    assertThatThrownBy(() -> recorders.trace(SEVEN, SELF, "a")).isInstanceOf(GroupException.class);
  }

  @Test
  void aThousandGroupsShareTheMemoryAndNoMoreAreTakenThanItCanServe() {
    GroupRecorders recorders = new GroupRecorders(1_000L * GroupRecorders.GROUP_BYTES_MIN);

    LongStream.rangeClosed(1, 1_000)
        .forEach(id -> assertThat(recorders.of(new GroupId(id))).isNotNull());

    assertThat(recorders.of(new GroupId(1_001))).isNull();
    recorders.forget(new GroupId(3));
    assertThat(recorders.of(new GroupId(1_001))).isNotNull();
  }

  @Test
  void aGroupKeepsItsRecorderWhenItIsOpenedAgain() {
    GroupRecorders recorders = new GroupRecorders(1 << 20);
    Recorder first = recorders.of(SEVEN);

    assertThat(recorders.of(SEVEN)).isSameAs(first);
  }

  @Test
  void tooLittleMemoryForAnyGroupIsRefused() {
    assertThatThrownBy(() -> new GroupRecorders(100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be 12288 at least");
  }
}
