package dev.balsa.server.cli;

import java.util.ArrayList;
import java.util.List;

/** A table with a frame of {@code +-|}: heads centered, cells to the right, as etcdctl draws it. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();
  private final int[] widths;

  TextTable(String... heads) {
    widths = new int[heads.length];
    row(heads);
  }

  /** Adds a row; it has as many cells as there are heads. */
  void row(String... cells) {
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Math.max(widths[column], width(cells[column]));
    }
    rows.add(List.of(cells));
  }

  String draw() {
    StringBuilder text = new StringBuilder();
    rule(text);
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < widths.length; column++) {
        String cell = rows.get(row).get(column);
        int gap = widths[column] - width(cell);
        int left = row == 0 ? gap / 2 : gap;
        text.append("| ").repeat(' ', left).append(cell).repeat(' ', gap - left + 1);
      }
      text.append("|\n");
      if (row == 0) {
        rule(text);
      }
    }
    if (rows.size() > 1) {
      rule(text);
    }
    return text.toString();
  }

  private void rule(StringBuilder text) {
    for (int width : widths) {
      text.append('+').repeat('-', width + 2);
    }
    text.append("+\n");
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
