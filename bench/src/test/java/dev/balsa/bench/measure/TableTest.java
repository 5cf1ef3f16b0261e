package dev.balsa.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  @Test
  void columnsLineUp() {
    Table table = new Table("load", "per s");
    table.add(List.of("put:1:1:leader", "709"));
    table.add(List.of("txn", "12,320"));

    assertThat(table.markdown())
        .isEqualTo(
            """
            | load           | per s  |
            |----------------|--------|
            | put:1:1:leader | 709    |
            | txn            | 12,320 |
            """);
  }

  @Test
  void rowOfAnotherWidthIsRefused() {
    Table table = new Table("load", "per s");

    assertThatThrownBy(() -> table.add(List.of("put")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row has 1 cells, table has 2 columns");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0       | 0.00
          1.288   | 1.29
          99.994  | 99.99
          100     | 100
          12319.6 | 12,320
          NaN     | -
          """)
  void numbersAreWholeFromAHundredOn(double value, String cell) {
    assertThat(Table.number(value)).isEqualTo(cell);
  }

  @Test
  void spreadShowsMedianAndRange() {
    assertThat(Table.spread(new Spread(709, 631, 854))).isEqualTo("709 (631..854)");
  }
}
