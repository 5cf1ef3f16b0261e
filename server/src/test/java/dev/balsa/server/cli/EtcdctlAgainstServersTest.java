package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.Tools;
import dev.balsa.server.whole.EtcdAndServers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The real etcdctl cannot tell three servers from three members of a real etcd. */
class EtcdctlAgainstServersTest {
  /** A command, and behind a "<" what it reads, with ";" for the end of a line. */
  private static final String KV_SCRIPT =
      """
      put k v
      put k v2 --prev-kv
      put k v3 -w json
      put k v4 --prev-kv -w fields
      put in < two;lines
      put k --ignore-value --prev-kv
      put nokey --ignore-value
      put k v --ignore-value
      put k v --lease=123
      put k --ignore-value --ignore-lease
      put a/1 one
      put a/2 two
      put a/3 x_y
      put ключ значение
      get k
      get k -w json
      get k -w fields
      get k --hex
      get k --print-value-only
      get nokey
      get nokey -w json
      get nokey --consistency=s
      get a/ --prefix
      get a/ --prefix -w json
      get a/ --prefix -w fields
      get a/ --prefix --keys-only
      get a/ --prefix --limit=2 -w json
      get a/ --prefix --order=DESCEND
      get a/ --prefix --sort-by=VALUE --order=DESCEND
      get a/ --prefix --sort-by=MODIFY --order=ASCEND -w json
      get a/1 a/3
      get a/3 a/1
      get a/2 --from-key
      get --from-key a/ --limit=1 -w fields
      get k --rev=3
      get k --rev=2 -w json
      get k --rev=99999
      get ключ -w json
      del nokey
      del nokey -w json
      del a/1 --prev-kv
      del a/2 a/3 -w json
      del a/ --prefix --prev-kv -w fields
      put w/1 1
      put w/2 2
      txn < value("w/1")_=_"1";mod("w/2")_>_"0";;put_w/1_11;get_w/_--prefix;;get_w/2;;
      txn < value("w/1")_=_"1";;put_w/1_no;;get_w/1;del_w/2;;
      txn -w json < version("w/1")_!=_"0";create("none")_=_"0";;get_w/1;put_w/3_3;;put_w/4_4;;
      txn -w fields < ver("w/1")_>_"9";;put_w/1_no;;del_none;get_w/1;;
      txn -w json < ;put_w/9_1;put_w/9_2;;;
      txn < ;put_w/9_1;del_w/9;;;
      txn < ;del_w/1;del_w/1;;;
      txn < ;get_w/1_--rev=99999;;;
      txn < ;;;
      put x 1
      put x 2
      put x 3
      del x
      put x 4
      compaction 12
      compaction 12
      compaction 99999
      compaction 5
      compaction
      get k --rev=3
      get k --rev=12
      get x -w json
      del w/ --prefix
      del _ --from-key
      get '' --prefix
      put '' v
      get ''
      del ''
      """;

  private static final String CLUSTER_SCRIPT =
      """
      member list
      member list -w json
      member list -w fields
      member list -w table
      endpoint status
      endpoint status -w json
      endpoint status -w fields
      endpoint status -w table
      endpoint status --cluster -w table
      endpoint health
      endpoint health --cluster
      endpoint health -w json
      endpoint health -w table
      endpoint hashkv
      endpoint hashkv -w json
      endpoint hashkv --rev=99999
      alarm list
      alarm disarm
      defrag
      defrag --cluster
      compaction 1 --physical
      compaction 99999 --physical
      """;

  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.ofThree();

  private static Etcdctl ofTheirs;
  private static Etcdctl ofOurs;

  @BeforeAll
  static void start() throws Exception {
    Path etcdctl = Tools.require("etcdctl");
    ofTheirs = new Etcdctl(etcdctl, both.folder(), String.join(",", both.etcd().endpoints()));
    ofOurs = new Etcdctl(etcdctl, both.folder(), String.join(",", both.servers().endpoints()));
  }

  @Test
  void readingAndWritingPrintsTheSame() throws Exception {
    assertSame(KV_SCRIPT);
  }

  @Test
  void membersAndTheirStatePrintTheSame() throws Exception {
    assertSame("put k v");
    awaitApplied(ofTheirs, both.etcd().endpoints());
    awaitApplied(ofOurs, both.servers().endpoints());

    assertSame(CLUSTER_SCRIPT);
  }

  /** A status tells of the member's own state, so every member must have come as far. */
  private static void awaitApplied(Etcdctl etcdctl, List<String> endpoints) throws Exception {
    for (String endpoint : endpoints) {
      assertThat(etcdctl.at(endpoint).run("", List.of("get", "k")).code()).isZero();
    }
  }

  /** Line by line, since each command finds what those before it have left. */
  private static void assertSame(String script) throws Exception {
    SoftAssertions softly = new SoftAssertions();
    for (String line : script.lines().toList()) {
      String[] parts = line.split(" < ", -1);
      String input = parts.length == 1 ? "" : parts[1].replace(';', '\n').replace('_', ' ');
      List<String> arguments =
          Stream.of(parts[0].split(" ", -1)).map(it -> it.equals("''") ? "" : it).toList();

      Run theirs = ofTheirs.run(input, arguments);
      Run ours = ofOurs.run(input, arguments);

      softly.assertThat(ours.code()).as(line).isEqualTo(theirs.code());
      softly.assertThat(Masked.text(ours.out())).as(line).isEqualTo(Masked.text(theirs.out()));
      softly.assertThat(Masked.text(ours.err())).as(line).isEqualTo(Masked.text(theirs.err()));
    }
    softly.assertAll();
  }
}
