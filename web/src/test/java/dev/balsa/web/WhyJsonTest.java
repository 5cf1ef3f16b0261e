package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.FollowerPaused;
import dev.balsa.raft.Hold;
import dev.balsa.raft.NoCommands;
import dev.balsa.raft.NoCommit;
import dev.balsa.raft.NoLeader;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.ReadsWait;
import dev.balsa.raft.Why;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason that a core may give has its words, and these find all that they name. */
class WhyJsonTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
  private static final NodeId TWO = new NodeId(2);

  static List<Why> reasons() {
    return List.of(
        new NoLeader.ElectionDue(5),
        new NoLeader.LeaderSilent(TWO, 5),
        new NoLeader.MayNotCampaign(NoLeader.Bar.LEARNER),
        new NoLeader.VotesMissing(false, new EntryId(1, 2), 1, 2, List.of(), List.of(TWO)),
        new NoLeader.OwnVoteNotDurable(7),
        new NoLeader.VotersLost(List.of(TWO), 1, 2),
        new NoCommit.TooFewHold(9, true, 5, 1, 2, List.of(new NoCommit.Lack(TWO, Hold.SILENT))),
        new NoCommit.ForceHangs(5),
        new NoCommands.HandingOver(TWO),
        new NoCommands.DiskFull(100),
        new NoCommands.UncommittedFull(100, 99),
        new FollowerPaused.Held(TWO, Hold.SILENT, 3, 9, 5),
        new FollowerPaused.TakesSnapshot(TWO, new EntryId(1, 2), 10, 20),
        new ReadsWait.TermNotOpen(3, 5),
        new ReadsWait.Unconfirmed(3, 5, List.of(TWO)),
        new ReadsWait.PassedOn(3, 5, TWO),
        new ReadsWait.NotApplied(3, 5, 7, 9));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void theWordsOfAReasonNameNothingThatItsJsonLacks(Why why) {
    Json json = new Json();
    WhyJson.write(json, List.of(why));
    String text = Pages.texts("en").get("stuck." + why.getClass().getSimpleName());

    assertThat(json.toString()).contains("\"question\":\"" + why.question() + "\"");
    assertThat(PARAMETER.matcher(text).results().map(it -> it.group(1)))
        .isNotEmpty()
        .allSatisfy(
            name -> assertThat(json.toString()).containsPattern("\"" + name + "(Nanos)?\":"));
  }

  @Test
  void noKindOfReasonIsLeftOut() {
    List<Class<?>> kinds =
        Arrays.stream(Why.class.getPermittedSubclasses())
            .<Class<?>>flatMap(it -> Arrays.stream(it.getPermittedSubclasses()))
            .toList();

    assertThat(reasons().stream().<Class<?>>map(Why::getClass)).hasSameElementsAs(kinds);
  }

  @Test
  void membersAreNamedByTheirWholeIds() {
    Json json = Json.ofMembers();
    NodeId large = new NodeId(0xfedcba9876543210L);
    WhyJson.write(json, List.of(new NoLeader.VotersLost(List.of(large), 0, 1)));

    assertThat(json.toString()).contains("\"lost\":[\"fedcba9876543210\"]");
  }
}
