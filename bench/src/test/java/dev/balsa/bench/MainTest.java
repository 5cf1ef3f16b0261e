package dev.balsa.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "libary",
        "library --loads many",
        "library --peers raftis",
        "server --loads put:1",
        "server --rounds",
        "idle --loads put:1:1:all",
        "library --loads 0",
        "server --rounds 0",
        "server --keys 0",
        "restart --keys 0",
        "restart --rounds 0",
        "watch --watchers 9 --connections 10",
        "watch --rounds 0",
        "server --keys 10 --loads txn:1:11:all"
      })
  void badUsageExitsWithTwo(String line) {
    assertThat(Main.execute(line.split(" ", -1))).isEqualTo(2);
  }

  @Test
  void commandThatCannotBeStartedExitsWithOne() {
    assertThat(Main.execute("idle", "--peers", "etcd", "--etcd", "/nowhere/etcd")).isEqualTo(1);
  }
}
