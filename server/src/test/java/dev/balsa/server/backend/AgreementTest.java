package dev.balsa.server.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Alarm;
import dev.balsa.kv.Command;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.SameLog.Replica;
import dev.balsa.server.backend.StateCheck.State;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementTest {
  private final SameLog log = new SameLog(3);

  @BeforeEach
  void write() {
    log.submit(put("a", "1"));
    log.submit(put("b", "2"));
    log.apply();
  }

  @Test
  void membersWithTheSameKeysRaiseNothing() {
    look();
    log.submit(put("c", "3"));
    look();

    assertThat(alarms()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theOneThatDiffersIsNamedByTheAlarmOnAllMembers(int planted) {
    Replica odd = log.replicas.get(planted);
    odd.diverge(put("b", "other"));
    log.submit(put("b", "3"));

    look();

    assertThat(log.replicas)
        .allSatisfy(
            it ->
                assertThat(it.machine.kv().alarms())
                    .containsExactly(new Alarm(odd.id.value(), Alarm.Type.CORRUPT)));
  }

  @Test
  void oneThatLostAValueIsNamed() {
    log.replicas.get(2).diverge(Command.Put.of(Bytes.utf8("x"), Bytes.EMPTY));
    log.submit(put("x", "2"));

    look();

    assertThat(alarms()).containsExactly(new Alarm(3, Alarm.Type.CORRUPT));
  }

  @Test
  void twoThatDisagreeAccuseNobodyAndStopWrites() {
    SameLog two = new SameLog(2);
    two.replicas.getFirst().diverge(put("a", "1"));
    two.submit(put("a", "2"));
    two.apply();

    two.replicas.getFirst().agreement.look();
    two.apply();

    assertThat(two.replicas.getFirst().machine.kv().alarms())
        .containsExactly(new Alarm(0, Alarm.Type.CORRUPT));
  }

  @Test
  void aMajoritySufficesAndOneThatWasAwayIsFoundWhenItIsBack() {
    List<Replica> up = log.replicas.subList(0, 2);
    log.replicas.get(2).diverge(put("b", "other"));
    log.submit(put("b", "3"));
    log.apply();
    log.replicas.getFirst().agreement.look();
    log.apply(up);
    assertThat(alarms()).isEmpty();

    look(); // though nothing was written since: one has not been heard

    assertThat(alarms()).containsExactly(new Alarm(3, Alarm.Type.CORRUPT));
  }

  @Test
  void whereNothingHasChangedNothingIsAsked() {
    look();
    long before = log.replicas.getFirst().status().applied();

    look();
    assertThat(log.replicas.getFirst().status().applied()).isEqualTo(before);

    log.submit(put("c", "3"));
    log.apply();
    look();
    assertThat(log.replicas.getFirst().status().applied()).isEqualTo(before + 1 + 1 + 3);
  }

  @Test
  void onlyTheLeaderAsks() {
    log.replicas.get(1).agreement.look();
    log.apply();

    assertThat(log.replicas.getFirst().status().applied()).isEqualTo(2);
  }

  @Test
  void aWrongCheckChangesNothing() {
    Replica one = log.replicas.getFirst();
    long hash = one.machine.kv().stateHash();
    byte[] cut = {(byte) 0xfd, 1, 2, 3};

    var unused = one.submit(Bytes.wrap(cut));
    log.apply();

    assertThat(one.machine.kv().stateHash()).isEqualTo(hash);
    assertThat(alarms()).isEmpty();
  }

  @Test
  void whatAMemberSawComesBackFromItsBytes() {
    StateCheck seen = new StateCheck.Seen(new NodeId(7), 9, new State(11, -13));

    assertThat(StateCheck.decode(Bytes.wrap(seen.encoded()))).isEqualTo(seen);
    StateCheck.Exam exam = new StateCheck.Exam(new NodeId(7), -5);
    StateCheck hashed = new StateCheck.Hashed(new NodeId(8), exam, new State(11, 13));
    assertThat(StateCheck.decode(Bytes.wrap(exam.encoded()))).isEqualTo(exam);
    assertThat(StateCheck.decode(Bytes.wrap(hashed.encoded()))).isEqualTo(hashed);
    assertThat(StateCheck.decode(Bytes.EMPTY)).isEqualTo(new StateCheck.Look());
    assertThat(StateCheck.decode(Bytes.wrap(new byte[9]))).isNull();
    assertThat(StateCheck.decode(Bytes.wrap(new byte[StateCheck.SEEN_BYTES]))).isNull();
  }

  private void look() {
    log.apply();
    log.replicas.getFirst().agreement.look();
    log.apply();
  }

  private List<Alarm> alarms() {
    return log.replicas.getFirst().machine.kv().alarms();
  }

  private static Command.Put put(String key, String value) {
    return Command.Put.of(Bytes.utf8(key), Bytes.utf8(value));
  }
}
