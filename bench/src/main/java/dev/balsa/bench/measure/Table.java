package dev.balsa.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table whose columns line up when read as plain text. Not thread-safe. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Starts with the names of the columns. */
  public Table(String... columns) {
    rows.add(List.of(columns));
  }

  /**
   * Adds one row.
   *
   * @throws IllegalArgumentException if it has more or fewer cells than there are columns
   */
  public void add(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "row has " + cells.size() + " cells, table has " + rows.getFirst().size() + " columns");
    }
    rows.add(List.copyOf(cells));
  }

  /** A number for a cell: whole from 100 on, with separated thousands; "-" if there is none. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
  }

  /** Median and range for a cell, as {@code median (min..max)}. */
  public static String spread(Spread spread) {
    return "%s (%s..%s)"
        .formatted(number(spread.median()), number(spread.min()), number(spread.max()));
  }

  /** The table in Markdown, each line ended by a newline. */
  public String markdown() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    line(text, rows.getFirst(), widths);
    for (int width : widths) {
      text.append('|').append("-".repeat(width + 2));
    }
    text.append("|\n");
    rows.stream().skip(1).forEach(row -> line(text, row, widths));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> row, int[] widths) {
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      text.append("| ").append(cell).append(" ".repeat(widths[column] - cell.length() + 1));
    }
    text.append("|\n");
  }
}
