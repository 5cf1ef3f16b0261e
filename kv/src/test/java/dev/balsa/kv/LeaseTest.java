package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.putOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LeaseGranted;
import dev.balsa.kv.KvResult.LeasesEnded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leases as replicated state; entries of {@link TestMachine} are of term 1. */
class LeaseTest {
  private final TestMachine machine = new TestMachine();

  @Test
  void grantMakesNoRevision() {
    assertThat(machine.apply(new LeaseGrant(7, 60))).isEqualTo(new LeaseGranted(1, 7, 60));
    assertThat(machine.machine().lease(7)).isEqualTo(new Lease(7, 60, 0));
  }

  @Test
  void grantRefusesTakenIdNoIdAndTooLargeTtl() {
    machine.apply(new LeaseGrant(7, 60));

    machine.assertFailed(machine.apply(new LeaseGrant(7, 60)), KvError.LEASE_EXISTS);
    machine.assertFailed(machine.apply(new LeaseGrant(0, 60)), KvError.LEASE_NOT_FOUND);
    machine.assertFailed(
        machine.apply(new LeaseGrant(8, 9_000_000_001L)), KvError.LEASE_TTL_TOO_LARGE);
  }

  @Test
  void revokeDeletesItsKeysInOneRevisionInKeyOrder() {
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(leased("c", 7));
    machine.apply(leased("a", 7));
    machine.put("b", "1");

    KvResult revoked = machine.apply(new LeaseRevoke(7));

    assertThat(revoked).isEqualTo(new LeasesEnded(5, List.of(7L)));
    assertThat(machine.contents()).containsExactly("b=1");
    assertThat(deletedAt(5)).containsExactly("a", "c");
    machine.assertFailed(machine.apply(new LeaseRevoke(7)), KvError.LEASE_NOT_FOUND);
  }

  @Test
  void putWithoutLeaseAndDeleteDetach() {
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(leased("a", 7));
    machine.apply(leased("b", 7));
    machine.apply(leased("c", 7));
    machine.put("a", "free");
    machine.delete("b");

    assertThat(machine.machine().leaseKeys(7)).containsExactly(bytes("c"));
    assertThat(machine.machine().leaseKeyCount(7, 10)).isEqualTo(1);
    machine.apply(new LeaseRevoke(7));
    assertThat(machine.contents()).containsExactly("a=free");
  }

  @Test
  void putMovesAKeyFromLeaseToLeaseAndIgnoreLeaseKeepsIt() {
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(new LeaseGrant(-1, 60));
    machine.apply(leased("a", 7));
    machine.apply(leased("a", -1));
    machine.apply(new Put(bytes("a"), bytes("2"), 0, false, false, true));

    assertThat(machine.machine().leaseKeys(7)).isEmpty();
    assertThat(machine.machine().leaseKeys(-1)).containsExactly(bytes("a"));
    assertThat(machine.kv("a").lease()).isEqualTo(-1);
  }

  @Test
  void expiryEndsEachLeaseInARevisionOfItsOwn() {
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(new LeaseGrant(8, 60));
    machine.apply(leased("a", 7));
    machine.apply(leased("b", 8));

    KvResult expired = machine.apply(new LeaseExpire(1, List.of(7L, 99L, 8L)));

    assertThat(expired).isEqualTo(new LeasesEnded(5, List.of(7L, 8L)));
    assertThat(deletedAt(4)).containsExactly("a");
    assertThat(deletedAt(5)).containsExactly("b");
  }

  @Test
  void expiryAndCheckpointOfAnEarlierLeaderDoNothing() {
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(leased("a", 7));

    machine.apply(new LeaseExpire(0, List.of(7L)));
    machine.apply(new LeaseCheckpoint(0, List.of(new Remaining(7, 5))));

    assertThat(machine.machine().lease(7)).isEqualTo(new Lease(7, 60, 0));
    assertThat(machine.contents()).containsExactly("a=v");
  }

  @Test
  void checkpointWritesDownWhatIsLeft() {
    machine.apply(new LeaseGrant(7, 60));
    machine.apply(new LeaseCheckpoint(1, List.of(new Remaining(7, 5), new Remaining(99, 5))));

    assertThat(machine.machine().leases()).containsExactly(new Lease(7, 60, 5));
  }

  @Test
  void leasesAreWhereTheStoreIs() {
    MemoryStore store = new MemoryStore();
    TestMachine first = new TestMachine(new KvMachine(store));
    first.apply(new LeaseGrant(7, 60));
    first.apply(leased("a", 7));

    KvMachine second = new KvMachine(store);

    assertThat(second.leases()).containsExactly(new Lease(7, 60, 0));
    assertThat(second.leaseKeys(7)).containsExactly(bytes("a"));
  }

  private List<String> deletedAt(long revision) {
    History history =
        machine.machine().history(new HistoryQuery(revision, 1, Long.MAX_VALUE, false));
    return ((History.Page) history)
        .changes().stream()
            .filter(change -> change.isDelete() && change.revision() == revision)
            .map(change -> change.kv().key().toUtf8())
            .toList();
  }

  private static Put leased(String key, long lease) {
    Put put = putOf(key, "v");
    return new Put(put.key(), put.value(), lease, false, false, false);
  }
}
