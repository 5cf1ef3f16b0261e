package dev.balsa.server.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.AuthChange;
import dev.balsa.kv.AuthState;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.node.Consistency;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Refusal;
import dev.balsa.server.LocalBackend;
import dev.balsa.server.config.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AutoCompactionTest {
  private final LocalBackend backend = new LocalBackend();
  private long nanos;

  @Test
  void whatIsOlderThanTheTimeToKeepGoes() throws Exception {
    AutoCompaction compaction = keeping(new Retention.Period(Duration.ofHours(2)));
    compaction.look();
    put(4); // revision 5
    pass(Duration.ofHours(1), compaction);
    put(4);
    pass(Duration.ofHours(1), compaction);
    assertThat(compacted()).isEqualTo(1); // what there was two hours ago
    pass(Duration.ofHours(1), compaction);
    assertThat(compacted()).isEqualTo(5);
    pass(Duration.ofHours(1), compaction);
    assertThat(compacted()).isEqualTo(9);
  }

  @Test
  void theLastRevisionsStay() throws Exception {
    AutoCompaction compaction = keeping(new Retention.Revisions(3));
    put(2);
    compaction.look();
    assertThat(compacted()).isEqualTo(-1);
    put(7); // revision 10
    compaction.look();
    assertThat(compacted()).isEqualTo(7);
  }

  @Test
  void whatIsOldGoesWithAuthenticationOnToo() throws Exception {
    AutoCompaction compaction = keeping(new Retention.Revisions(3));
    put(9);
    auth(new AuthChange.UserAdd(AuthState.ROOT, Bytes.utf8("hash"), false));
    auth(new AuthChange.UserGrantRole(AuthState.ROOT, AuthState.ROOT));
    auth(new AuthChange.Enable());

    compaction.look();

    assertThat(compacted()).isEqualTo(7);
  }

  @Test
  void nothingIsAskedForAgain() throws Exception {
    AutoCompaction compaction = keeping(new Retention.Revisions(3));
    put(9);
    compaction.look();
    long applied = backend.applied();
    compaction.look();

    assertThat(backend.applied()).isEqualTo(applied);
  }

  @Test
  void onlyTheLeaderAsksAndANewOneKnowsWhatIsOld() throws Exception {
    AutoCompaction compaction = keeping(new Retention.Period(Duration.ofMinutes(10)));
    backend.leader(new NodeId(0xb2));
    compaction.look();
    put(4);
    pass(Duration.ofMinutes(10), compaction);
    pass(Duration.ofMinutes(10), compaction);
    assertThat(compacted()).isEqualTo(-1);

    backend.leader(LocalBackend.SELF);
    pass(Duration.ofMinutes(10), compaction);
    assertThat(compacted()).isEqualTo(5);
  }

  @Test
  void whatIsRefusedIsAskedForAtTheNextLook() throws Exception {
    AutoCompaction compaction = keeping(new Retention.Revisions(3));
    put(9);
    backend.scriptWrite(new Outcome.Refused<>(Refusal.NO_LEADER));
    compaction.look();
    assertThat(compacted()).isEqualTo(-1);
    compaction.look();
    assertThat(compacted()).isEqualTo(7);
  }

  private AutoCompaction keeping(Retention retention) {
    return new AutoCompaction(backend, Schedule.of(retention), () -> nanos);
  }

  private void pass(Duration time, AutoCompaction compaction) {
    nanos += time.toNanos();
    compaction.look();
  }

  private void put(int times) {
    Bytes command =
        CommandCodec.encode(
            new Command.Put(Bytes.utf8("k"), Bytes.utf8("v"), 0, false, false, false));
    for (int i = 0; i < times; i++) {
      backend.submit(command).join();
    }
  }

  private void auth(AuthChange change) {
    var outcome = backend.submit(CommandCodec.encode(new Command.Auth(change))).join();
    assertThat(outcome.toString()).contains("AuthDone");
  }

  private long compacted() throws Exception {
    ReadOutcome<Long> outcome =
        backend.<Long>read(Consistency.STALE, machine -> machine.kv().compactRevision()).get();
    return ((ReadOutcome.Served<Long>) outcome).value();
  }
}
