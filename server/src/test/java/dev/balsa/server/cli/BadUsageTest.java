package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad usage ends with code 2, one clear line and nothing on standard output. */
final class BadUsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nonsense                             | unknown command: nonsense; see 'balsa --help'
          --nonsense                           | unknown flag: --nonsense
          server --nonsense                    | unknown flag: --nonsense; see 'balsa server --help'
          server stray                         | unexpected argument: stray
          server --data-dir                    | flag --data-dir lacks its value DIR
          demo --port-base                     | flag --port-base lacks its value N
          server --election-timeout x          | '--election-timeout'
          server --initial-cluster-state maybe | --initial-cluster-state 'maybe' is unknown
          server --listen-client-urls ftp://a:1 | ftp://a:1
          server --log-level loud              | --log-level loud is unknown
          server --log-format xml              | --log-format xml is unknown; it is text or json
          demo --members 9                     | --members 9 is not 1 to 5
          demo --port-base 65530               | --port-base 65530
          ctl                                  | a command is missing
          ctl member                           | a command is missing
          ctl member add                       | 'NAME'
          ctl member add x                     | member peer urls not provided
          ctl member remove zz                 | bad member ID arg (zz), expecting ID in Hex
          ctl member promote 1 -w table        | table not supported as output format
          ctl get                              | 'KEY'
          sim explore --states 0               | --states is 0, must be positive
          sim explore --states many            | '--states'
          ctl get --nonsense k                 | unknown flag: --nonsense
          ctl get a b c                        | unexpected argument: c
          ctl get a b --prefix                 | only accept one argument when `--prefix`
          ctl get a --prefix --from-key        | cannot be set at the same time
          ctl get a --limit x                  | '--limit'
          ctl get a --order sideways           | bad sort order sideways
          ctl get a --sort-by color            | bad sort target color
          ctl get a --consistency x            | unknown consistency flag "x"
          ctl get a --keys-only --count-only   | `--keys-only` and `--count-only`
          ctl get a -w table                   | table not supported as output format
          ctl get a -w nonsense                | unsupported output format nonsense
          ctl get a -w json --print-value-only | print-value-only is only for
          ctl get a --command-timeout 5        | "5" is no duration
          ctl get a --endpoints localhost      | endpoint "localhost" is not HOST:PORT
          ctl get a --endpoints a:70000        | 70000
          ctl get a --endpoints ,              | --endpoints names none
          ctl get a --endpoints ftp://a:1      | is not HOST:PORT, http://HOST:PORT or https://
          ctl get a --cert c.crt               | --cert and --key belong together
          ctl get a --cacert nowhere.crt       | nowhere.crt cannot be read
          ctl put                              | 'KEY'
          ctl put a                            | put command needs 1 argument and input from stdin
          ctl put a b c                        | unexpected argument: c
          ctl put a b --ignore-value           | needs only 1 argument when 'ignore-value'
          ctl put a b --lease zz               | bad lease ID "zz"
          ctl put a b -w table                 | table not supported as output format
          ctl del                              | 'KEY'
          ctl del a b --from-key               | only accept one argument
          ctl compaction                       | 'REVISION'
          ctl compaction zz                    | REVISION 'zz' is no whole number, or too large; write it
          server --snapshot-count 1k           | --snapshot-count '1k' is no whole number, or too large
          ctl watch -i k                       | --interactive reads keys from standard input
          ctl watch                            | bad number of arguments
          ctl check                            | a command is missing
          ctl check perf --load zz             | unknown load option zz
          ctl check perf --duration 5          | "5" is no duration
          ctl make-mirror                      | 'DESTINATION'
          ctl make-mirror nowhere              | endpoint "nowhere" is not HOST:PORT
          ctl make-mirror a:1 --max-txn-ops 0  | --max-txn-ops is 0, must be positive
          ctl downgrade validate               | 'TARGET-VERSION'
          ctl completion                       | 'bash|zsh'
          ctl endpoint status -w protobuf      | protobuf not supported as output format
          """)
  void namesWhatIsWrong(String arguments, String message) {
    Run run = Run.of(arguments.split(" +", -1));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("Error: ").contains(message).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void valueThatTheJvmCouldNotReadIsRefusedRatherThanChanged() {
    Run run = Run.of("ctl", "put", "key", "\uFFFD");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("LC_ALL=C.UTF-8").contains("standard input");
  }

  @Test
  void takenPortIsNamedWithTheRemedy() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = Run.of("demo", "--members=1", "--port-base=" + taken.getLocalPort());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("Error: port " + taken.getLocalPort() + ", for clients of member m1,")
          .contains("--port-base")
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dial-timeout", "--keepalive-time", "--keepalive-timeout"})
  void aDurationThatIsNoneIsNamed(String flag) {
    Run run = Run.of("ctl", "get", "k", flag + "=soon");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("\"soon\" is no duration");
  }

  @Test
  void silentEndpointIsNamedWithTheRemedy() {
    Run run = Run.of("ctl", "get", "k", "--endpoints", "127.0.0.1:1");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "Error: nothing answers at 127.0.0.1:1;"
                + " start a member there or name others with --endpoints\n");
  }

  @Test
  void booleanFlagsTakeTheirValueAfterAnEqualsSign() {
    Run on = Run.of("ctl", "get", "a", "b", "--prefix=true");
    Run off = Run.of("ctl", "get", "a", "b", "--prefix=false", "--endpoints", "127.0.0.1:1");

    assertThat(on.err()).contains("only accept one argument");
    assertThat(off.err()).contains("nothing answers");
  }
}
