package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.web.Run.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Forward and back in a run. */
class TimelineTest {
  private static final Run RUN = Run.parse("seed 11;nodes 5;pre-vote off");
  private static final Action CRASH = Action.parse("crash 2 power", 5);

  @Test
  void everyStepBackIsTheStateThatWasThere() {
    everyStepBackIsTheStateThatWasThere(new Timeline(RUN, null), 60);
  }

  @Test
  void everyStepBackIsTheStateThatWasThereFromCopiesToo() {
    Replaying replaying = new Replaying();

    everyStepBackIsTheStateThatWasThere(new Timeline(RUN, replaying), 1_200);

    assertThat(replaying.copies).isGreaterThan(2);
  }

  /** Copies a stage by acting its run anew; only what {@link #CRASH} does is known to it. */
  private static final class Replaying implements Copying {
    int copies;

    @Override
    public Stage copy(Stage stage) {
      copies++;
      Stage copy = new Stage(stage.setup());
      List<Happening> acted =
          stage.chronicle.happenings().stream()
              .filter(it -> it.what() instanceof Happening.Acted)
              .toList();
      for (Happening action : acted) {
        while (copy.moment() < action.moment()) {
          copy.step();
        }
        copy.idle(action.time());
        copy.act(CRASH);
      }
      while (copy.moment() < stage.moment()) {
        copy.step();
      }
      return copy;
    }
  }

  private static void everyStepBackIsTheStateThatWasThere(Timeline timeline, int steps) {
    List<String> forward = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      timeline.step();
      forward.add(state(timeline));
      if (i == 30) {
        timeline.act(CRASH);
        forward.add(state(timeline));
      }
    }

    List<String> backward = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      backward.addFirst(state(timeline));
      timeline.back();
    }

    assertThat(backward).isEqualTo(forward.subList(forward.size() - 60, forward.size()));
  }

  private static String state(Timeline timeline) {
    Json json = new Json().open();
    new Picture(timeline.stage(), json).write();
    return timeline.position() + json.close().toString();
  }

  @Test
  void whatIsDoneInThePastStartsAnotherFutureAndKeepsTheOldOne() {
    Timeline timeline = new Timeline(RUN, null);
    timeline.until(400_000_000);
    timeline.act(Action.parse("put 1 x 1", 5));
    timeline.until(800_000_000);
    Position old = timeline.end();

    timeline.seek(new Position(10, 0, 0));
    timeline.act(Action.parse("crash 3 process", 5));
    String crashed = state(timeline);

    assertThat(timeline.branches()).hasSize(1);
    Timeline.Branch left = timeline.branches().getFirst();
    assertThat(left.run().text()).contains("put 1 x 1");
    assertThat(left.name()).isEqualTo("A");
    assertThat(timeline.name()).isEqualTo("B");
    assertThat(timeline.parting(left))
        .isEqualTo(
            new Timeline.Parting(
                timeline.run().actions().getFirst().time(),
                Action.parse("crash 3 process", 5),
                Action.parse("put 1 x 1", 5)));
    assertThat(timeline.run().actions())
        .extracting(it -> it.action().text())
        .containsExactly("crash 3 process");
    Timeline again = timeline.branch(0, null);
    assertThat(again.position()).isEqualTo(old);
    assertThat(again.branches()).hasSize(1);
    assertThat(again.name()).isEqualTo("A");
    assertThat(again.branches().getFirst().name()).isEqualTo("B");
    assertThat(state(again.branch(0, null))).isEqualTo(crashed);
  }

  /** Three futures: the second parts from the first, the third from the second. */
  private static Timeline threeFutures() {
    Timeline timeline = new Timeline(RUN, null);
    timeline.until(400_000_000);
    timeline.act(Action.parse("put 1 x 1", 5));
    timeline.until(800_000_000);
    timeline.at(100_000_000);
    timeline.act(Action.parse("crash 3 process", 5));
    timeline.until(600_000_000);
    timeline.act(Action.parse("heal", 5));
    timeline.at(300_000_000);
    timeline.act(Action.parse("pause 2", 5));
    return timeline;
  }

  @Test
  void whereFuturesPartIsSaidOfTheOneThatIsLookedAtWhicheverThatIs() {
    Timeline third = threeFutures();
    assertThat(third.name()).isEqualTo("C");
    assertThat(third.branches())
        .extracting(it -> it.name() + " " + third.parting(it).time() / 100_000_000)
        .containsExactly("A 1", "B 3");

    Timeline first = third.branch(0, null);

    assertThat(first.branches())
        .extracting(it -> it.name() + " " + first.parting(it).time() / 100_000_000)
        .containsExactly("C 1", "B 1");
  }

  @Test
  void aFutureKeepsTheNameThatItWasGiven() {
    Timeline third = threeFutures();

    third.rename(1, "healed");
    third.rename(2, "paused");
    Timeline second = third.branch(1, null);

    assertThat(second.name()).isEqualTo("healed");
    assertThat(second.branches()).extracting(Timeline.Branch::name).containsExactly("A", "paused");
  }

  @Test
  void aFutureBesideThisOneStandsWhereThisOneDoesOrAtItsEnd() {
    Timeline third = threeFutures();
    Timeline first = third.beside(0, null);

    first.at(450_000_000);
    assertThat(first.position().time()).isEqualTo(450_000_000);
    first.at(9_000_000_000L);
    assertThat(first.position().time()).isEqualTo(first.end().time());
    first.at(50_000_000);
    assertThat(first.position()).isEqualTo(new Position(first.stage().moment(), 50_000_000, 0));
  }

  @Test
  void theNextThingOfInterestIsALeaderBeforeAnybodyAsks() {
    Timeline timeline = new Timeline(RUN, null);

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
