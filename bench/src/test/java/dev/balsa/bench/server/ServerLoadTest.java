package dev.balsa.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerLoadTest {
  @Test
  void everyPartIsRead() {
    assertThat(ServerLoad.parse("serializable-range:100:1000:all"))
        .isEqualTo(
            new ServerLoad(
                ServerLoad.Operation.SERIALIZABLE_RANGE, 100, 1000, ServerLoad.Target.ALL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put:1:1:leader",
        "range:100:1000:all",
        "serializable-range:100:100:all",
        "txn:2:64:leader"
      })
  void isPrintedAsItIsWritten(String text) {
    assertThat(ServerLoad.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          put:1:1           | load 'put:1:1': write operation:connections:outstanding:target, for example put:100:1000:all
          get:1:1:all       | operation 'get' is none of put, range, serializable-range, txn
          put:one:1:all     | connections 'one' is no whole number
          put:1:1.5:all     | outstanding '1.5' is no whole number
          put:1:1:follower  | target 'follower' is none of leader, all
          put:0:1:all       | 0 connections with 1 outstanding requests: give at least one connection, and at least one request each
          put:100:10:all    | 100 connections with 10 outstanding requests: give at least one connection, and at least one request each
          """)
  void mistakeIsNamed(String text, String message) {
    assertThatThrownBy(() -> ServerLoad.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
