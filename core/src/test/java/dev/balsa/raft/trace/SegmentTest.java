package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Status.RoleName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A segment tells what followed its base, and refuses what cannot have. */
class SegmentTest {
  private static final Standing STANDING = new Standing(RoleName.FOLLOWER, 2, null, 0, 0);

  /** A segment that begins at 1,000 on the time line, when the core's clock showed 40. */
  private final TraceOut out = new TraceOut();

  SegmentTest() {
    LogRuns log = new LogRuns(EntryId.ZERO, List.of(), EntryId.ZERO);
    Membership alone = new Membership(List.of(new NodeId(1)));
    new Base(1_000, 40, STANDING, new HardState(2, null), log, alone, null).write(out);
  }

  private Segment segment() {
    return new Segment(out.toByteArray());
  }

  private static Recorded step(long at, long now) {
    return new Recorded.Step(at, now, new Input.Wake(), STANDING, null, List.of());
  }

  @Test
  void timesGoOnFromTheBaseOnBothClocks() {
    out.code(Segment.STEP).count(5).code(0);
    Inputs.write(out, new Input.Wake());
    out.code(Segment.STEP).count(10).code(Segment.CLOCK).signed(-3);
    Inputs.write(out, new Input.Wake());
    out.code(Segment.STOPPED).count(1).text("power");

    Segment segment = segment();

    assertThat(segment.next()).isEqualTo(step(1_005, 45));
    assertThat(segment.next()).isEqualTo(step(1_015, 52));
    assertThat(segment.next()).isEqualTo(new Recorded.Stopped(1_016, "power"));
    assertThat(segment.next()).isNull();
  }

  @Test
  void aRecordOfAnUnknownKindIsRefused() {
    out.code(2).count(0);

    assertThatThrownBy(segment()::next)
        .isInstanceOf(TraceException.class)
        .hasMessage("has the unknown record 2");
  }

  @Test
  void aValueThatNothingCanBeIsDamage() {
    out.code(Segment.STEP).count(0).code(0);
    out.code(3).serial(7).count(0); // a proposal of nothing

    assertThatThrownBy(segment()::next)
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("has a value that cannot be: ");
  }
}
