package dev.balsa.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.LeaseGranted;
import dev.balsa.kv.KvResult.LeasesEnded;
import dev.balsa.kv.KvResult.LeasesMarked;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseClockTest {
  private static final long EXTENSION = 1_000;
  private static final long MARK_AFTER = 300_000;

  private long now = 5_000_000;
  private final LeaseClock clock = new LeaseClock(() -> now, EXTENSION, MARK_AFTER);

  @Test
  void leaseEndsWhenItsTimeIsOverAndIsNamedOnce() {
    clock.lead(1);
    grant(7, 10);
    now += 9_999;
    assertThat(clock.takeOver(10).leases()).isEmpty();
    now += 1;

    assertThat(clock.takeOver(10)).isEqualTo(new LeaseClock.Due<>(1, List.of(7L)));
    assertThat(clock.takeOver(10).leases()).isEmpty();
    assertThat(clock.renew(7)).isEqualTo(new Renewal.Ending());
  }

  @Test
  void whatWasNotEndedIsDueAgain() {
    clock.lead(1);
    grant(7, 10);
    grant(8, 10);
    now += 10_000;
    clock.takeOver(10);
    tell(new LeasesEnded(1, List.of(8L)));

    clock.again(List.of(7L, 8L));

    assertThat(clock.takeOver(10).leases()).containsExactly(7L);
  }

  @Test
  void oldestComeFirstAndNoMoreThanAsked() {
    clock.lead(1);
    grant(9, 3);
    grant(8, 1);
    grant(7, 2);
    now += 5_000;

    assertThat(clock.takeOver(2).leases()).containsExactly(8L, 7L);
    assertThat(clock.takeOver(2).leases()).containsExactly(9L);
  }

  @Test
  void renewalBeginsAnew() {
    clock.lead(1);
    grant(7, 10);
    now += 9_000;

    assertThat(clock.renew(7)).isEqualTo(new Renewal.Renewed(10));
    now += 9_000;
    assertThat(clock.takeOver(10).leases()).isEmpty();
    assertThat(clock.timeLeft(7)).isEqualTo(new TimeLeft.Running(1, 10));
  }

  @Test
  void newLeaderStartsEveryLeaseAnewAndLonger() {
    grant(7, 10);
    now += 60_000;
    clock.lead(4);

    now += 10_000 + EXTENSION - 1;
    assertThat(clock.takeOver(10).leases()).isEmpty();
    now += 1;
    assertThat(clock.takeOver(10)).isEqualTo(new LeaseClock.Due<>(4, List.of(7L)));
  }

  @Test
  void newLeaderStartsAMarkedLeaseFromItsMark() {
    grant(7, 3_600);
    tell(new LeasesMarked(1, List.of(new Remaining(7, 20))));
    clock.lead(4);

    assertThat(clock.timeLeft(7)).isEqualTo(new TimeLeft.Running(21, 3_600));
    assertThat(clock.renew(7)).isEqualTo(new Renewal.Marked(4));
    tell(new LeasesMarked(1, List.of(new Remaining(7, 0))));
    assertThat(clock.renew(7)).isEqualTo(new Renewal.Renewed(3_600));
  }

  @Test
  void leaderOfALaterTermStartsAnewEvenIfItNeverKnewThatItLost() {
    clock.lead(4);
    grant(7, 10);
    now += 10_000;
    clock.takeOver(10);

    clock.lead(6);

    assertThat(clock.takeOver(10).leases()).isEmpty();
    assertThat(clock.renew(7)).isEqualTo(new Renewal.Renewed(10));
  }

  @Test
  void followerKnowsNoTime() {
    clock.lead(1);
    grant(7, 10);
    clock.follow();
    now += 60_000;

    assertThat(clock.takeOver(10).leases()).isEmpty();
    assertThat(clock.renew(7)).isEqualTo(new Renewal.NotLeading());
    assertThat(clock.timeLeft(7)).isEqualTo(new TimeLeft.NotLeading());
  }

  @Test
  void unknownLeaseIsGone() {
    clock.lead(1);

    assertThat(clock.renew(7)).isEqualTo(new Renewal.Gone());
    assertThat(clock.timeLeft(7)).isEqualTo(new TimeLeft.Gone());
  }

  @Test
  void onlyLeasesThatWereNotRenewedForLongAreMarkedAndOnceInAWhile() {
    clock.lead(1);
    grant(6, 100);
    grant(7, 3_600);
    grant(8, 3_600);
    now += MARK_AFTER - 1;
    clock.renew(8);
    now += 1;

    assertThat(clock.takeUnmarked(10).leases()).containsExactly(new Remaining(7, 3_300));
    assertThat(clock.takeUnmarked(10).leases()).isEmpty();
    now += MARK_AFTER;
    assertThat(clock.takeUnmarked(1).leases()).hasSize(1);
  }

  @Test
  void largestTtlDoesNotOverflow() {
    clock.lead(1);
    grant(7, 9_000_000_000L);

    assertThat(clock.timeLeft(7)).isEqualTo(new TimeLeft.Running(9_000_000_000L, 9_000_000_000L));
    assertThat(clock.takeOver(10).leases()).isEmpty();
  }

  private void grant(long id, long ttlSeconds) {
    tell(new LeaseGranted(1, id, ttlSeconds));
  }

  private void tell(KvResult result) {
    clock.applied(new KvMachine(), List.of(result));
  }
}
