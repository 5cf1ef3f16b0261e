package dev.balsa.raft;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failure says, with its gaps kept apart from what stands in them: whoever speaks another
 * language has the same sentence there, by its English text.
 *
 * @param text the sentence in English, with {@code %s} for each gap
 * @param values what stands in the gaps, in their order
 */
public record Sentence(String text, List<String> values) {
  private static final String GAP = "%s";

  /** Takes a copy of the values. */
  public Sentence {
    values = List.copyOf(values);
  }

  /** A sentence whose gaps are filled by the values' texts. */
  public static Sentence of(String text, @Nullable Object... values) {
    List<String> texts = new ArrayList<>(values.length);
    for (Object value : values) {
      texts.add(String.valueOf(value));
    }
    return new Sentence(text, texts);
  }

  /** The whole sentence, in English. */
  @Override
  public String toString() {
    StringBuilder whole = new StringBuilder();
    int from = 0;
    for (String value : values) {
      int gap = text.indexOf(GAP, from);
      if (gap < 0) {
        break;
      }
      whole.append(text, from, gap).append(value);
      from = gap + GAP.length();
    }
    return whole.append(text, from, text.length()).toString();
  }
}
