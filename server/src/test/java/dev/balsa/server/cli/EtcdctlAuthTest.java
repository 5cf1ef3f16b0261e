package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import dev.balsa.server.whole.EtcdAndServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Users and roles by etcdctl: it prints the same at three servers as at a real etcd of three, and
 * {@code ctl} prints at the servers what etcdctl does.
 */
class EtcdctlAuthTest {
  /** A command, and behind a "<" what it reads, with ";" for the end of a line. */
  private static final String SCRIPT =
      """
      auth enable
      user add root:rootpw
      user add root:rootpw
      user add alice --new-user-password=alicepw
      user add cert --no-password
      user add bob --interactive=false < bobpw;
      user add carol < carolpw;carolpw;
      user list
      user list -w json
      user get nobody
      user get alice
      user get alice -w json
      user delete nobody
      user delete cert
      user passwd carol --interactive=false < newpw;
      user grant-role alice nope
      user revoke-role alice nope
      role add r
      role add r
      role add gone -w json
      role list
      role list -w json
      role list -w fields
      role get nope
      role get r
      role grant-permission r read a
      role grant-permission r readwrite b c
      role grant-permission r write p --prefix=true
      role grant-permission r write x --from-key=true
      role grant-permission r read p
      role grant-permission r readwrite a
      role grant-permission r mumble f
      role grant-permission nope read a
      role get r
      role get r -w json
      role get r -w fields
      role revoke-permission r p
      role revoke-permission r b c
      role revoke-permission r x --from-key=true
      role revoke-permission r x --from-key=true
      role delete gone
      role delete nope
      user grant-role alice r
      user grant-role alice r
      user get alice --detail
      user grant-role root root
      auth enable
      auth enable
      put a v
      --user=root:rootpw put a v
      --user=root:wrong put a v
      --user=nobody:x put a v
      --user=root --password=rootpw put secret s
      --user=alice:alicepw get a
      --user=alice:alicepw get secret
      --user=alice:alicepw get '' --prefix
      --user=alice:alicepw put p1 v --prev-kv
      --user=alice:alicepw put p1 v
      --user=alice:alicepw del p --prefix
      --user=alice:alicepw del '' --prefix
      --user=alice:alicepw user get alice
      --user=alice:alicepw user get root
      --user=alice:alicepw user list
      --user=alice:alicepw role get r
      --user=alice:alicepw role list
      --user=alice:alicepw member add x --peer-urls=http://127.0.0.1:1
      --user=alice:alicepw auth disable
      --user=bob:bobpw get a
      --user=carol:newpw get a
      --user=carol:carolpw get a
      auth disable
      --user=root:rootpw user delete root
      --user=root:rootpw user revoke-role root root
      --user=root:rootpw role delete root
      --user=root:rootpw user revoke-role alice r
      --user=alice:alicepw get a
      --user=root:rootpw endpoint health
      --user=alice:alicepw endpoint health
      --user=root:rootpw auth disable
      --user=root:rootpw get secret
      get secret
      """;

  private static Path etcdctl;
  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.ofThree();

  @BeforeAll
  static void start() throws Exception {
    etcdctl = Tools.require("etcdctl");
  }

  @Test
  void etcdctlCannotTellTheServersFromEtcdAndCtlPrintsLikeIt() throws Exception {
    Etcdctl atEtcd = new Etcdctl(etcdctl, both.folder(), String.join(",", both.etcd().endpoints()));
    Etcdctl atOurs =
        new Etcdctl(etcdctl, both.folder(), String.join(",", both.servers().endpoints()));
    SoftAssertions softly = new SoftAssertions();
    for (String line : SCRIPT.lines().toList()) {
      Run theirs = run(atEtcd, line);
      Run ours = run(atOurs, line);

      softly.assertThat(ours.code()).as(line).isEqualTo(theirs.code());
      softly.assertThat(Masked.text(ours.out())).as(line).isEqualTo(Masked.text(theirs.out()));
      softly.assertThat(Masked.text(ours.err())).as(line).isEqualTo(Masked.text(theirs.err()));
    }
    // etcdctl 3.4 tells of health as of an error, which later ones and ctl do not.
    for (String line : SCRIPT.lines().filter(it -> !it.endsWith("endpoint health")).toList()) {
      Run theirs = run(atEtcd, line);
      Run ctl = Run.withInput(input(line), ctl(line));

      softly.assertThat(ctl.out()).as("ctl " + line).isEqualTo(expected(theirs.out(), ctl));
      softly.assertThat(ctl.code() == 0).as("ctl " + line).isEqualTo(theirs.code() == 0);
      softly.assertThat(errorLine(ctl)).as("ctl " + line).startsWith(errorLine(theirs));
    }
    softly.assertAll();
  }

  /** The headers name another cluster. */
  private static String expected(String theirs, Run ctl) {
    return Masked.text(theirs).equals(Masked.text(ctl.out())) ? ctl.out() : theirs;
  }

  private static Run run(Etcdctl etcdctl, String line) throws IOException, InterruptedException {
    return etcdctl.run(input(line), List.of(words(line)));
  }

  private static String[] ctl(String line) {
    return Stream.concat(
            Stream.of("ctl", "--endpoints", String.join(",", both.servers().endpoints())),
            Stream.of(words(line)))
        .toArray(String[]::new);
  }

  private static String input(String line) {
    String[] parts = line.split(" < ", -1);
    return parts.length == 1 ? "" : parts[1].replace(';', '\n');
  }

  private static String[] words(String line) {
    return Stream.of(line.split(" < ", -1)[0].split(" ", -1))
        .map(it -> it.equals("''") ? "" : it)
        .toArray(String[]::new);
  }

  private static String errorLine(Run run) {
    return run.err().lines().filter(it -> it.startsWith("Error:")).findFirst().orElse("");
  }

  @Test
  void statusTellsWhetherAndAtWhichRevision() {
    Run status = Run.of("ctl", "--endpoints", both.servers().endpoint("m1"), "auth", "status");

    assertThat(status.out()).matches("Authentication Status: (true|false)\nAuthRevision: [0-9]+\n");
    assertThat(status.code()).isZero();
  }
}
