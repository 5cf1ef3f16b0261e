package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.auth.Users;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Flags that all commands of {@code ctl} take: who calls, and how much goes to and fro. */
final class CtlFlagsTest {
  private static final String LONG = "x".repeat(1_000);

  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoHasATokenNeedsNoPassword() {
    Users users = new Users(server.channel());
    users.enable();
    String token = users.token("root");

    assertThat(ctl("put", "k", "v", "--auth-jwt-token=" + token).out()).isEqualTo("OK\n");
    assertThat(Run.inEnvironment(Map.of("ETCDCTL_AUTH_JWT_TOKEN", token), words("get", "k")).out())
        .isEqualTo("k\nv\n");
    Run nonsense = ctl("get", "k", "--auth-jwt-token=nonsense");
    Run both = ctl("get", "k", "--auth-jwt-token=" + token, "--user=root:root");

    assertThat(nonsense.code()).isEqualTo(1);
    assertThat(nonsense.err()).contains("etcdserver: invalid auth token");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("--auth-jwt-token says who you are, and --user, too");
  }

  @Test
  void whatIsTooLongIsNotSentOrNotTaken() {
    assertThat(ctl("put", "k", LONG).out()).isEqualTo("OK\n");

    Run put = ctl("put", "k", LONG, "--max-request-bytes=900");
    Run get = ctl("get", "k", "--max-recv-bytes=900");
    Run negative = ctl("get", "k", "--max-recv-bytes=-1");

    assertThat(put.code()).isEqualTo(1);
    assertThat(put.err()).contains("message too large").contains("900");
    assertThat(get.code()).isEqualTo(1);
    assertThat(get.err()).contains("exceeds maximum size 900");
    assertThat(ctl("get", "k", "--max-recv-bytes=0").out()).isEqualTo("k\n" + LONG + "\n");
    assertThat(negative.code()).isEqualTo(2);
    assertThat(negative.err()).contains("--max-recv-bytes is -1, must not be negative");
  }

  private Run ctl(String... command) {
    return Run.of(words(command));
  }

  private String[] words(String... command) {
    List<String> words = new ArrayList<>(List.of("ctl", "--endpoints"));
    words.add("127.0.0.1:" + server.address().getPort());
    words.addAll(List.of(command));
    return words.toArray(String[]::new);
  }
}
