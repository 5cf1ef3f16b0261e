package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Event;
import dev.balsa.raft.Hold;
import dev.balsa.raft.Input;
import dev.balsa.raft.Message;
import dev.balsa.raft.NoLeader;
import dev.balsa.raft.Seat;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.raft.Why;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every language says the same things. */
class LanguagesTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{\\w+}");
  private static final Pattern ALARM = Pattern.compile("add\\('(?:bad|warn|note)', '(\\w+)'");
  private static final Pattern USED = Pattern.compile("\\bt\\('([a-zA-Z0-9._]+)'");

  @Test
  void allLanguagesHaveTheSameKeys() {
    assertThat(Pages.texts("zh").keySet()).isEqualTo(Pages.texts("en").keySet());
  }

  @Test
  void aTextHasTheSameParametersInAllLanguages() {
    Map<String, String> chinese = Pages.texts("zh");
    Pages.texts("en")
        .forEach(
            (key, text) ->
                assertThat(parameters(chinese.getOrDefault(key, "")))
                    .as(key)
                    .isEqualTo(parameters(text)));
  }

  private static List<String> parameters(String text) {
    return PARAMETER.matcher(text).results().map(MatchResult::group).sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(classes = {Event.class, Message.class, Input.class})
  void everythingThatACoreMaySayOrTakeHasItsWords(Class<?> sealed) {
    String prefix = sealed == Event.class ? "ev." : sealed == Message.class ? "msg." : "why.";
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      assertThat(Pages.texts("en")).containsKey(prefix + kind.getSimpleName());
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Hold.class, NoLeader.Bar.class})
  void whatHoldsANodeUpHasItsWordsAndARemedy(Class<? extends Enum<?>> reasons) {
    String prefix = reasons == Hold.class ? "hold." : "bar.";
    for (Enum<?> reason : reasons.getEnumConstants()) {
      assertThat(Pages.texts("en")).containsKeys(prefix + reason, prefix + reason + ".do");
    }
    for (Why.Question question : Why.Question.values()) {
      assertThat(Pages.texts("en")).containsKey("question." + question);
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {Event.Denial.class, Event.StepDown.class})
  void everyReasonHasItsWords(Class<? extends Enum<?>> reasons) {
    for (Enum<?> reason : reasons.getEnumConstants()) {
      assertThat(Pages.texts("en")).containsKey("reason." + reason.name());
    }
  }

  @Test
  void everyRoleAndSeatHasItsWords() {
    for (RoleName role : RoleName.values()) {
      assertThat(Pages.texts("en")).containsKey("role." + role);
    }
    for (Seat seat : Seat.values()) {
      assertThat(Pages.texts("en")).containsKey("seat." + seat);
    }
  }

  @Test
  void everyAlarmSaysWhatToDo() {
    Map<String, String> texts = Pages.texts("en");
    List<String> alarms =
        ALARM.matcher(Pages.text("alarms.js")).results().map(it -> it.group(1)).toList();
    assertThat(alarms).hasSizeGreaterThan(10);
    for (String alarm : alarms) {
      assertThat(texts).containsKeys("alarm." + alarm, "alarm." + alarm + ".do");
    }
  }

  @Test
  void everyTextThatThePageNamesExists() {
    Map<String, String> texts = Pages.texts("en");
    for (String file : Pages.SCRIPTS) {
      USED.matcher(Pages.text(file))
          .results()
          .forEach(use -> assertThat(texts).as(file).containsKey(use.group(1)));
    }
  }
}
