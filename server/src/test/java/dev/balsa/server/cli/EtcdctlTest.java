package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the real etcdctl, at the same real etcd, {@code ctl} prints the same bytes. */
final class EtcdctlTest {
  @TempDir static Path folder;

  private static RealEtcd etcd;
  private static Path etcdctl;

  @BeforeAll
  static void startEtcd() throws IOException {
    etcdctl = Tools.require("etcdctl");
    etcd = RealEtcd.start(Tools.require("etcd"), folder.resolve("data"));
    for (String pair : List.of("a/1=one", "a/2=two", "a/3=x\ny", "ключ=значение", "k=v", "k=v2")) {
      String[] keyValue = pair.split("=", 2);
      assertThat(real("", "put", keyValue[0], keyValue[1]).code()).isZero();
    }
  }

  @AfterAll
  static void stopEtcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get k
          get k -w json
          get k -w fields
          get k -w protobuf
          get k --hex
          get k --print-value-only
          get nokey
          get nokey -w json
          get nokey -w fields
          get a/ --prefix
          get a/ --prefix -w json
          get a/ --prefix -w fields
          get a/ --prefix --limit 1 -w json
          get a/ --prefix --keys-only
          get a/ --prefix --keys-only -w fields
          get a/ --prefix --order DESCEND
          get a/ --prefix --sort-by VALUE --order descend
          get a/ --prefix --sort-by=MODIFY --keys-only
          get a/1 a/3
          get a/2 --from-key
          get a/2 --from-key=true --consistency s
          get ключ
          get ключ -w fields
          get k --rev 7 -w json
          del nokey
          del nokey -w json
          del nokey -w fields
          member list
          member list -w json
          member list -w fields
          member list -w table
          member list -w protobuf
          endpoint status
          endpoint status -w json
          endpoint status -w fields
          endpoint status -w table
          endpoint status --cluster
          endpoint hashkv
          endpoint hashkv -w json
          endpoint hashkv -w fields
          endpoint hashkv -w table
          endpoint hashkv --rev 3 --cluster
          defrag
          defrag --cluster
          alarm list
          alarm list -w json
          alarm list -w protobuf
          alarm disarm
          alarm disarm -w json
          alarm disarm -w protobuf
          lease list
          lease list -w json
          lease list -w fields
          lease timetolive 123
          lease timetolive 123 --keys -w json
          lease timetolive 123 -w fields
          """)
  void printsTheSame(String command) {
    assertSame("", command);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get k --rev 99999
          get -- -nokey
          put nokey --ignore-value
          put nokey v --lease 123
          put k --ignore-value --lease 123
          compaction 99999
          endpoint hashkv --rev 99999
          lease revoke 123
          lease revoke zz
          lease grant x
          lease timetolive zz
          lease keep-alive --once 123
          lease keep-alive --once zz
          watch z k
          move-leader 123
          """)
  void failsWithTheSameWords(String command) {
    Run ours = ours("", command.split(" +", -1));
    Run theirs = real("", command.split(" +", -1));

    assertThat(ours.out()).isEqualTo(theirs.out());
    assertThat(ours.code() == 0).isEqualTo(theirs.code() == 0);
    assertThat(errorLine(ours)).isEqualTo(errorLine(theirs));
  }

  @Test
  void writesPrintTheSame() {
    List<String> commands =
        List.of("put w/1 1", "put w/1 2 --prev-kv", "del w/1 --prev-kv", "del w/1 w/9");
    for (String format : List.of("simple", "json", "fields")) {
      List<Run> ours = new ArrayList<>();
      List<Run> theirs = new ArrayList<>();
      for (String command : commands) {
        ours.add(ours("", (command + " -w " + format).split(" ", -1)));
      }
      for (String command : commands) {
        theirs.add(real("", (command + " -w " + format).split(" ", -1)));
      }

      assertThat(ours)
          .extracting(EtcdctlTest::withoutRevisions)
          .as(format)
          .isEqualTo(theirs.stream().map(EtcdctlTest::withoutRevisions).toList());
    }
  }

  @Test
  void leasesPrintTheSame() {
    for (String format : List.of("simple", "json", "fields")) {
      assertThat(leases(format, words -> ours("", words)))
          .isEqualTo(leases(format, words -> real("", words)));
    }
  }

  /** What the commands print about a lease of 1,000 s, with its id and what is left masked. */
  private static List<String> leases(String format, Function<String[], Run> tool) {
    String id = tool.apply(new String[] {"lease", "grant", "1000"}).out().split(" ", 3)[1];
    List<String> said = new ArrayList<>();
    for (String command :
        List.of(
            "lease grant 500",
            "put leased/1 v --lease=ID",
            "lease timetolive ID",
            "lease timetolive ID --keys",
            "lease keep-alive --once ID",
            "lease revoke ID",
            "lease timetolive ID --keys")) {
      Run run = tool.apply((command.replace("ID", id) + " -w " + format).split(" "));
      said.add(
          (command + ": " + run.code() + " " + run.out())
              .replaceAll("(?i)(revision\"? ?: ?)[0-9]+", "$1#")
              .replaceAll("(?<=\"ID\" : |\"(id|ID)\":)[0-9]+|[0-9a-f]{16}", "ID")
              .replaceAll("remaining\\([0-9]+s", "remaining(s")
              .replaceAll("(?<=\"TTL\" : |\"ttl\":)99[0-9]|1000", "TTL"));
    }
    return said;
  }

  @Test
  void valueComesFromStandardInputByteForByte() {
    assertThat(ours("two\nlines\n", "put", "in").code()).isZero();

    assertThat(real("", "get", "in").out()).isEqualTo("in\ntwo\nlines\n\n");
  }

  @ParameterizedTest
  @CsvSource({"simple, ''", "json, ''", "fields, ''", "simple, -i"})
  void transactionsPrintTheSame(String format, String flag) {
    String script =
        """
        value("k") = "v2"
        version("k") > "0"
        create("k") < "999"
        mod("k") != "0"

        get k
        get a/ --prefix
        get nokey
        del nokey

        get k

        """;
    String command = ("txn -w " + format + " " + flag).strip();

    assertSame(script, command);
    assertSame(script.replace("v2", "other"), command);
  }

  @Test
  void healthIsReportedInTheSameWords() {
    Run ours = ours("", "endpoint", "health");
    Run theirs = real("", "endpoint", "health");

    assertThat((ours.out() + ours.err()).replaceAll("took = .*", ""))
        .isEqualTo((theirs.out() + theirs.err()).replaceAll("took = .*", ""));
  }

  private static void assertSame(String input, String command) {
    Run ours = ours(input, command.split(" +", -1));
    Run theirs = real(input, command.split(" +", -1));

    assertThat(theirs.code()).as(theirs.err()).isZero();
    assertThat(ours.code()).as(ours.err()).isZero();
    assertThat(ours.out()).isEqualTo(theirs.out());
  }

  private static String withoutRevisions(Run run) {
    return run.out().replaceAll("(?i)(revision\"? ?: ?)[0-9]+", "$1#");
  }

  private static String errorLine(Run run) {
    return run.err().lines().filter(line -> line.startsWith("Error:")).findFirst().orElse("");
  }

  private static Run ours(String input, String... arguments) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints", etcd.endpoint()));
    words.addAll(List.of("--dial-timeout=60s", "--command-timeout=60s")); // as the real one gets
    words.addAll(List.of(arguments));
    return Run.withInput(input, words.toArray(String[]::new));
  }

  private static Run real(String input, String... arguments) {
    try {
      return new Etcdctl(etcdctl, folder, etcd.endpoint()).run(input, List.of(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
