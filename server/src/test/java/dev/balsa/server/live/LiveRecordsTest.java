package dev.balsa.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.NodeId;
import dev.balsa.server.metrics.Spans;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept for those who look: bounded, and never told twice. */
class LiveRecordsTest {
  private final Instruments instruments = new Instruments();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong wall = new AtomicLong(5_000);
  private final Neighbor neighbor = new Neighbor(clock::get, wall::get);
  private final Story story = new Story();

  @Test
  void theRecorderKeepsTheNewestThousandAndLeavesOutWhatEveryWriteBrings() {
    for (int term = 1; term <= 1_500; term++) {
      instruments.event(new Event.BecameLeader(term, EntryId.ZERO));
      instruments.event(new Event.CommitAdvanced(term, term + 1));
    }

    List<Instruments.Recorded> kept = instruments.eventsAfter(0);
    assertThat(kept).hasSize(1_000);
    assertThat(kept.getFirst().event()).isEqualTo(new Event.BecameLeader(501, EntryId.ZERO));
    assertThat(instruments.eventsAfter(1_499)).hasSize(1);
  }

  @Test
  void anEventNamesMembersByTheirWholeIds() {
    NodeId self = new NodeId(0xfedcba9876543210L);
    instruments.event(new Event.VoteGranted(new NodeId(0x8000000000000001L), 7));

    assertThat(instruments.eventsAfter(0).getFirst().json(self))
        .contains("\"node\":\"fedcba9876543210\"")
        .contains("\"candidate\":\"8000000000000001\"")
        .contains("\"name\":\"VoteGranted\"");
  }

  @Test
  void theSlowestOfAHundredForcesIsTheP99AndOldOnesAreForgotten() {
    Spans spans = new Spans();
    IntStream.rangeClosed(1, 99).forEach(spans::add);
    spans.add(1_000_000);
    assertThat(spans.summary()).isEqualTo(new Spans.Summary(100, 50, 99, 1_000_000));

    IntStream.rangeClosed(1, 512).forEach(it -> spans.add(7));
    assertThat(spans.summary()).isEqualTo(new Spans.Summary(612, 7, 7, 7));
  }

  @Test
  void aMemberThatStartedAnewIsAskedForAllOfItsNewEvents() {
    neighbor.saw(new Sighting(1, 40, 0, "{}", List.of("old")), 0);
    assertThat(neighbor.takeNews()).containsExactly("old");
    assertThat(neighbor.sequence()).isEqualTo(40);

    neighbor.saw(new Sighting(2, 40, 0, "{}", List.of()), 0);

    assertThat(neighbor.sequence()).isZero();
    assertThat(neighbor.view().known()).isTrue();
  }

  @Test
  void nobodyIsKnownBeforeItSaidSomething() {
    assertThat(neighbor.view()).isEqualTo(new Neighbor.View("", false, 0, 0));
  }

  @Test
  void whoSaysNothingIsUnknownWithinThreeSecondsUntilTheNextWord() {
    saw(5_000, 5_000);
    clock.set(Neighbor.FRESH.toNanos() - 1);
    assertThat(neighbor.view().known()).isTrue();

    clock.set(Neighbor.FRESH.toNanos());

    assertThat(neighbor.view()).isEqualTo(new Neighbor.View("{}", false, 1_500, 0));
    assertThat(Neighbor.FRESH.plus(LiveView.PERIOD.multipliedBy(2)))
        .isLessThanOrEqualTo(Duration.ofSeconds(3));
    saw(5_000, 5_000);
    assertThat(neighbor.view().known()).isTrue();
  }

  private void saw(long theirWall, long askedAt) {
    neighbor.saw(new Sighting(1, 0, theirWall, "{}", List.of()), askedAt);
  }

  @ParameterizedTest
  @CsvSource({"4000, 0", "5000, 0", "7500, 2500", "1500, -2500"})
  void aClockIsOffOnlyByWhatTheWayOfTheAnswerDoesNotExplain(long theirs, long ahead) {
    saw(theirs, 4_000); // the answer is there at 5,000

    assertThat(neighbor.view().aheadMillis()).isEqualTo(ahead);
  }

  @Test
  void whoComesLateHearsTheNewestAndNothingTwice() {
    story.add(IntStream.range(0, 2_500).mapToObj(Integer::toString).toList());

    assertThat(story.from(0)).hasSize(2_000).startsWith("500").endsWith("2499");
    assertThat(story.from(2_499)).containsExactly("2499");
    assertThat(story.from(story.next())).isEmpty();
  }
}
