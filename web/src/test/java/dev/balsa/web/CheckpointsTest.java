package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.web.Run.Position;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How far it is from a copy to a place before. Actions done stand for the moment of a copy here.
 */
class CheckpointsTest {
  private static final Stage STAGE = new Stage(Setup.DEFAULT);

  @Test
  void backTenThousandEventsIsNeverMoreThanTheSpacingForward() {
    Checkpoints checkpoints = passed(10_000);

    assertThat(longestWay(checkpoints, 0, 10_000)).isLessThan(Checkpoints.SPACING);
  }

  @Test
  void theCopiesAreBoundedAndTheirDistanceGrowsWithTheirAgeOnly() {
    int[] copies = {0};
    Checkpoints checkpoints =
        passed(
            400_000,
            stage -> {
              copies[0]++;
              return stage;
            });

    assertThat(copies[0]).isEqualTo(400_000 / Checkpoints.SPACING);
    assertThat(longestWay(checkpoints, 390_000, 400_000)).isLessThan(10 * Checkpoints.SPACING);
    assertThat(longestWay(checkpoints, 0, 400_000)).isLessThan(120 * Checkpoints.SPACING);
  }

  @Test
  void whatCameAfterAPlaceIsForgottenWithItsFuture() {
    Checkpoints checkpoints = passed(1_000);

    checkpoints.forgetAfter(new Position(600, 0, 600));

    assertThat(resumed(checkpoints, 1_000)).isEqualTo(500);
  }

  @Test
  void whereStagesCannotBeCopiedOnlyTheBeginningIsBefore() {
    Checkpoints checkpoints = passed(1_000, null);

    assertThat(checkpoints.resume(new Position(1_000, 0, 1_000))).isNull();
  }

  private static Checkpoints passed(int moments) {
    return passed(moments, stage -> stage);
  }

  private static Checkpoints passed(int moments, @Nullable Copying copying) {
    Checkpoints checkpoints = new Checkpoints(copying);
    for (int moment = 1; moment <= moments; moment++) {
      checkpoints.pass(new Position(moment, moment, moment), STAGE);
    }
    return checkpoints;
  }

  private static int longestWay(Checkpoints checkpoints, int from, int to) {
    return IntStream.rangeClosed(from, to)
        .map(moment -> moment - resumed(checkpoints, moment))
        .max()
        .orElseThrow();
  }

  private static int resumed(Checkpoints checkpoints, int moment) {
    Checkpoints.Resumed resumed = checkpoints.resume(new Position(moment, moment, moment));
    return resumed == null ? 0 : resumed.acts();
  }
}
