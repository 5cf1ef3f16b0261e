package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.StoredLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ring keeps the latest of what a core was told, in so much memory and no more. */
class RecorderTest {
  private static final NodeId SELF = new NodeId(1);
  private static final long RING_BYTES = 100_000;
  private static final int SEGMENT_BYTES = 64 << 10;

  private final Recorder recorder = new Recorder(RING_BYTES);
  private final Raft raft;
  private long now;

  RecorderTest() {
    RaftConfig config = RaftConfig.of(SELF, 1);
    Membership founding = new Membership(List.of(SELF));
    StoredLog none =
        (from, to, max) -> {
          throw new IllegalStateException("entries from " + from + " are not kept");
        };
    raft = Raft.start(config, founding, Restored.NOTHING, none, 0);
    recorder.started(0, 0, new Beginning(config, founding, Restored.NOTHING), raft);
    now = raft.deadline();
  }

  /** A member alone takes proposals and forces them, {@code steps} steps in all. */
  private void work(int steps) {
    Input input = new Input.Wake();
    for (int i = 0; i < steps; i++) {
      Ready ready = raft.step(now, input);
      recorder.stepped(now, now, input, ready, raft);
      Ready.Persist persist = ready.persist();
      input =
          persist != null
              ? new Input.Persisted(persist.sequence())
              : new Input.Propose(i, List.of(Bytes.utf8("value")));
      now += 1_000;
    }
  }

  @Test
  void aSmallRingKeepsTheLatestAndSaysHowTheCoreStoodBefore() {
    work(40_000);

    List<byte[]> segments = recorder.segments(Long.MIN_VALUE);

    assertThat(segments.stream().mapToLong(it -> it.length).sum())
        .isLessThan(RING_BYTES + 2 * SEGMENT_BYTES);
    Base base = new Segment(segments.getFirst()).base();
    assertThat(base.beginning()).isNull();
    assertThat(base.standing().term()).isEqualTo(1);
    assertThat(base.standing().commit()).isBetween(1L, raft.commit());
    assertThat(base.log().last().index()).isGreaterThanOrEqualTo(base.standing().commit());
    assertThat(latest(segments).standing())
        .isEqualTo(new Standing(raft.role(), 1, SELF, raft.commit(), raft.durable()));
  }

  private static Recorded.Step latest(List<byte[]> segments) {
    Segment segment = new Segment(segments.getLast());
    Recorded last = null;
    for (Recorded next = segment.next(); next != null; next = segment.next()) {
      last = next;
    }
    assertThat(last).isInstanceOf(Recorded.Step.class);
    return (Recorded.Step) last;
  }

  @Test
  void olderSegmentsAreLeftOutOfTheLatestMinutes() {
    work(40_000);

    assertThat(recorder.segments(now)).hasSize(1);
    assertThat(recorder.segments(Long.MIN_VALUE)).hasSizeGreaterThan(1);
  }

  @Test
  void aRingThatIsToKeepLessForgetsItsOldestAtOnce() {
    work(40_000);
    byte[] latest = recorder.segments(Long.MIN_VALUE).getLast();

    recorder.keepAtMost(0);

    assertThat(recorder.segments(Long.MIN_VALUE)).hasSize(2).last().isEqualTo(latest);
  }

  @Test
  void afterAProcessEndedNothingIsWrittenUntilTheNextOneStarts() {
    work(10);
    recorder.stopped(now, "power");
    List<byte[]> before = recorder.segments(Long.MIN_VALUE);

    work(10);

    assertThat(recorder.segments(Long.MIN_VALUE)).containsExactlyElementsOf(before);
    Segment segment = new Segment(before.getFirst());
    for (int i = 0; i < 10; i++) {
      assertThat(segment.next()).isInstanceOf(Recorded.Step.class);
    }
    assertThat(segment.next()).isEqualTo(new Recorded.Stopped(now - 10_000, "power"));
  }
}
