package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every language says the same things. */
class LanguagesTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{\\w+}");
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
