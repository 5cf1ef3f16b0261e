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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ring keeps the latest of what a core was told, in so much memory and no more. */
class RecorderTest {
  private static final NodeId SELF = new NodeId(1);
  private static final long RING_BYTES = 100_000;
  private static final int SEGMENT_BYTES = 64 << 10;

  private static final Beginning BEGINNING =
      new Beginning(RaftConfig.of(SELF, 1), new Membership(List.of(SELF)), Restored.NOTHING);

  private final Recorder recorder = new Recorder(RING_BYTES);
  private final Raft raft;
  private long now;

  RecorderTest() {
    StoredLog none =
        (from, to, max) -> {
          throw new IllegalStateException("entries from " + from + " are not kept");
        };
    raft = Raft.start(BEGINNING.config(), BEGINNING.founding(), Restored.NOTHING, none, 0);
    recorder.started(0, 0, BEGINNING, raft);
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

  private static List<Recorded> all(Recorder recorder) {
    List<Recorded> told = new ArrayList<>();
    for (byte[] bytes : recorder.segments(Long.MIN_VALUE)) {
      Segment segment = new Segment(bytes);
      for (Recorded next = segment.next(); next != null; next = segment.next()) {
        told.add(next);
      }
    }
    return told;
  }

  @Test
  void everyStepIsAtItsTimeOnBothClocksInEverySegment() {
    Recorder small = begun(150, 1_000_000, 5);
    List<List<Long>> times = new ArrayList<>();
    long time = 1_000_000;
    long own = 5;
    for (int i = 0; i < 60; i++) {
      time += 10L * i;
      own += i % 20 == 0 ? 3 : 10L * i; // a clock that is set back now and then
      idle(small, time, own);
      times.add(List.of(time, own));
    }

    assertThat(small.segments(Long.MIN_VALUE)).hasSizeGreaterThan(3);
    assertThat(all(small))
        .extracting(it -> List.of(it.at(), ((Recorded.Step) it).now()))
        .isEqualTo(times);
  }

  @Test
  void aTimeBeforeTheLatestCountsAsTheLatest() {
    Recorder recorder = begun(SEGMENT_BYTES, 100, 100);

    idle(recorder, 150, 150);
    idle(recorder, 120, 120);
    recorder.stopped(90, "power");

    assertThat(all(recorder)).extracting(Recorded::at).containsExactly(150L, 150L, 150L);
    assertThat(((Recorded.Step) all(recorder).get(1)).now()).isEqualTo(120);
  }

  private Recorder begun(int segmentBytes, long time, long own) {
    Recorder begun = new Recorder(RING_BYTES, segmentBytes);
    begun.started(time, own, BEGINNING, raft);
    return begun;
  }

  /** A step that changes nothing. */
  private void idle(Recorder recorder, long time, long own) {
    Input input = new Input.Unreachable(new NodeId(9));
    recorder.stepped(time, own, input, raft.step(0, input), raft);
  }

  @Test
  void aSegmentEndsOnceItHasItsBytes() {
    idle(recorder, 0, 0); // takes what the core said when it was started
    Recorder whole = begun(SEGMENT_BYTES, 0, 0);
    idle(whole, 1, 1);
    int bytes = whole.segments(0).getFirst().length;
    Recorder full = begun(bytes, 0, 0);
    Recorder open = begun(bytes + 1, 0, 0);

    idle(full, 1, 1);
    idle(open, 1, 1);

    assertThat(full.segments(0)).hasSize(2);
    assertThat(open.segments(0)).hasSize(1);
  }

  @Test
  void aRingKeepsExactlyAsMuchAsItMay() {
    Recorder small = begun(150, 0, 0);
    for (int i = 0; i < 100; i++) {
      idle(small, i, i);
    }
    List<byte[]> segments = small.segments(0);
    long finished = segments.stream().mapToLong(it -> it.length).sum() - segments.getLast().length;

    small.keepAtMost(finished);
    final List<byte[]> most = small.segments(0);
    small.keepAtMost(finished - 1);
    final List<byte[]> less = small.segments(0);
    small.keepAtMost(finished - segments.getFirst().length);

    assertThat(most).hasSameSizeAs(segments);
    assertThat(less).containsExactlyElementsOf(segments.subList(1, segments.size()));
    assertThat(small.segments(0)).hasSameSizeAs(less);
  }

  @Test
  void aSegmentThatEndsAtATimeTellsOfIt() {
    Recorder small = begun(150, 0, 0);
    for (int i = 0; i < 100; i++) {
      idle(small, i, i);
    }
    List<byte[]> segments = small.segments(0);
    long end = new Segment(segments.get(1)).base().at();

    assertThat(small.segments(end)).hasSameSizeAs(segments);
    assertThat(small.segments(end + 1)).hasSize(segments.size() - 1);
  }

  @Test
  void aLongReasonForTheEndIsCut() {
    recorder.stopped(0, "界".repeat(200));

    assertThat(all(recorder)).containsExactly(new Recorded.Stopped(0, "界".repeat(125)));
  }
}
