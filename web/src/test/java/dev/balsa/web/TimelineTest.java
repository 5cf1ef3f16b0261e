package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.web.Run.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward and back in a run. */
class TimelineTest {
  private static final Run RUN = Run.parse("seed 11;nodes 5;pre-vote off");

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 1_000_000})
  void everyStepBackIsTheStateThatWasThereHoweverMuchLeisureThereWas(int leisure) {
    Timeline timeline = new Timeline(RUN);
    List<String> forward = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      timeline.step();
      forward.add(state(timeline));
      if (i == 30) {
        timeline.act(Action.parse("crash 2 power", 5));
        forward.add(state(timeline));
      }
    }

    List<String> backward = new ArrayList<>();
    for (int i = 0; i < forward.size(); i++) {
      backward.addFirst(state(timeline));
      timeline.rest(leisure);
      timeline.back();
    }

    assertThat(backward).isEqualTo(forward);
  }

  private static String state(Timeline timeline) {
    Json json = new Json().open();
    new Picture(timeline.stage(), json).write();
    return timeline.position() + json.close().toString();
  }

  @Test
  void leisureEndsAndIsOfNoUseAfterAnotherFutureBegan() {
    Timeline timeline = new Timeline(RUN);
    timeline.until(400_000_000);
    timeline.act(Action.parse("put 1 x 1", 5));
    timeline.until(500_000_000);
    assertThat(timeline.rest(5)).isTrue();
    assertThat(timeline.rest(1_000_000)).isFalse();

    timeline.seek(new Position(10, 0, 0));
    timeline.act(Action.parse("crash 3 process", 5));
    timeline.until(500_000_000);
    String there = state(timeline);
    timeline.back();
    timeline.step();

    assertThat(timeline.position().acts()).isEqualTo(1);
    assertThat(timeline.run().actions()).hasSize(1);
    assertThat(there).contains("\"id\":3,\"up\":false");
  }

  @Test
  void whatIsDoneInThePastStartsAnotherFutureAndKeepsTheOldOne() {
    Timeline timeline = new Timeline(RUN);
    timeline.until(400_000_000);
    timeline.act(Action.parse("put 1 x 1", 5));
    timeline.until(800_000_000);
    Position old = timeline.end();

    timeline.seek(new Position(10, 0, 0));
    timeline.act(Action.parse("crash 3 process", 5));

    assertThat(timeline.branches()).hasSize(1);
    assertThat(timeline.branches().getFirst()).contains("put 1 x 1");
    assertThat(timeline.run().actions())
        .extracting(it -> it.action().text())
        .containsExactly("crash 3 process");
    Timeline again = new Timeline(Run.parse(timeline.branches().getFirst()));
    again.seek(old);
    assertThat(again.position()).isEqualTo(old);
  }

  @Test
  void theNextThingOfInterestIsALeaderBeforeAnybodyAsks() {
    Timeline timeline = new Timeline(RUN);

    for (int i = 0; i < 40 && !story(timeline).contains("BecameLeader"); i++) {
      timeline.interesting();
    }

    assertThat(story(timeline)).contains("BecameLeader");
  }

  private static String story(Timeline timeline) {
    Json json = new Json().openList();
    timeline.stage().chronicle.happenings().forEach(it -> it.write(json));
    return json.closeList().toString();
  }

  @Test
  void aMessageLeadsBackToTheTimerThatCausedIt() {
    Session session = new Session();
    session.call("open seed 3;nodes 3;pre-vote off");
    session.call("act hurry 1");
    session.call("until 12000000");

    String chain = session.call("why 1");

    assertThat(chain)
        .contains("\"flight\":1")
        .contains("\"input\":\"Wake\"")
        .contains("\"node\":1");
  }
}
