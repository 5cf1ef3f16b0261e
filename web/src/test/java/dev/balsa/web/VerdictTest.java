package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.Status;
import dev.balsa.raft.StoredLog;
import dev.balsa.raft.trace.Beginning;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.raft.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What no recording may show. Each node here believes that it is a cluster of its own, so that two
 * recordings of sound cores tell of a broken cluster together.
 */
class VerdictTest {
  private static final StoredLog NONE =
      (from, to, max) -> {
        throw new IllegalStateException("entries from " + from + " are not kept");
      };

  private static final class Alone {
    private final NodeId self;
    private final Recorder recorder = new Recorder(1 << 20);
    private final Raft raft;
    private Ready.@Nullable Persist written;

    Alone(long id, long term) {
      self = new NodeId(id);
      RaftConfig config = RaftConfig.of(self, id).withPreVote(false);
      Membership founding = new Membership(List.of(self));
      Restored restored =
          new Restored(
              new HardState(term, null),
              null,
              EntryId.ZERO,
              List.of(),
              EntryId.ZERO,
              List.of(),
              null,
              null);
      raft = Raft.start(config, founding, restored, NONE, 0);
      recorder.started(0, 0, new Beginning(config, founding, restored), raft);
    }

    private void step(long time, Input input) {
      long now = Math.max(raft.deadline(), time);
      Ready ready = raft.step(now, input);
      recorder.stepped(time, now, input, ready, raft);
      written = ready.persist();
    }

    /** Its timer runs out, its own vote is on its disk, and it leads the next term. */
    void leads(long time) {
      step(time, new Input.Wake());
      persisted(time);
      assertThat(raft.role()).isEqualTo(Status.RoleName.LEADER);
    }

    /** Its first entry is on its disk, and so committed. */
    void commits(long time) {
      persisted(time);
      assertThat(raft.commit()).isEqualTo(1);
    }

    private void persisted(long time) {
      step(time, new Input.Persisted(Objects.requireNonNull(written).sequence()));
    }

    Trace.Recording recording() {
      return new Trace.Recording(self, "", "test", "1", recorder.segments(Long.MIN_VALUE));
    }
  }

  private static String verdict(Alone... nodes) {
    List<Trace.Recording> recordings = Arrays.stream(nodes).map(Alone::recording).toList();
    Incident incident = new Incident(new Trace(recordings, List.of(), List.of()));
    assertThat(incident.judge(1_000)).isFalse();
    incident.seek(incident.end());
    return String.valueOf(incident.broken());
  }

  @Test
  void oneLeaderIsSound() {
    Alone one = new Alone(1, 0);
    one.leads(10);
    one.commits(20);

    assertThat(verdict(one)).isEqualTo("null");
  }

  @Test
  void twoLeadersOfATermBreakElectionSafety() {
    Alone one = new Alone(1, 0);
    Alone two = new Alone(2, 0);
    one.leads(10);
    two.leads(20);

    assertThat(verdict(one, two)).isEqualTo("election safety: term 1 is led by 1 and 2");
  }

  @Test
  void aLeaderWithoutWhatIsCommittedBreaksLeaderCompleteness() {
    Alone one = new Alone(1, 0);
    Alone two = new Alone(2, 5);
    one.leads(10);
    one.commits(20);
    two.leads(30);

    assertThat(verdict(one, two)).startsWith("leader completeness: 2 leads term 6 without");
  }

  @Test
  void twoEntriesAtAPlaceBreakStateMachineSafety() {
    Alone one = new Alone(1, 0);
    Alone two = new Alone(2, 5);
    two.leads(10);
    one.leads(20);
    one.commits(30);
    two.commits(40);

    assertThat(verdict(one, two)).isEqualTo("state machine safety: 2 commits 6/1, another 1/1");
  }
}
