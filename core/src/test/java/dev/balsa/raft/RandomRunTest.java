package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whole clusters under random faults, judged after every step. */
class RandomRunTest {
  private static final int SEEDS = 300;
  private static final long SECOND = 1_000_000_000;

  @Test
  void noSeedBreaksAPromiseAndEveryClusterRecovers() {
    long steps = 0;
    long faults = 0;
    long committed = 0;
    long terms = 0;
    long reads = 0;
    RunCounts churn = new RunCounts();
    long snapshots = 0;
    long installs = 0;
    long transfers = 0;
    long begun = System.nanoTime();
    for (long seed = 1; seed <= SEEDS; seed++) {
      TestCluster cluster = run(seed);
      steps += cluster.counts.steps;
      faults += cluster.counts.faults();
      committed += cluster.judge().committed();
      terms += cluster.judge().terms();
      reads += cluster.counts.reads;
      churn.add(cluster.counts);
      snapshots += cluster.counts.snapshots;
      installs += cluster.counts.installs;
      transfers += cluster.counts.transfers;
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "random runs: %d seeds, %d steps, %d faults, %d terms led, %d commits, %d reads,"
                + " %d snapshots, %d installs, %d transfers, %d ms",
            SEEDS,
            steps,
            faults,
            terms,
            committed,
            reads,
            snapshots,
            installs,
            transfers,
            (System.nanoTime() - begun) / 1_000_000));

    System.out.println(
        String.format(
            Locale.ROOT,
            "            %d changes, %d joint, %d promotions, %d rolled back, %d leaders removed",
            churn.changes,
            churn.joint,
            churn.promotions,
            churn.rolledBack,
            churn.leadersRemoved));

    assertThat(churn.changes).isGreaterThan(SEEDS);
    assertThat(churn.joint).isGreaterThan(SEEDS / 10L);
    assertThat(churn.promotions).isGreaterThan(SEEDS / 3L);
    assertThat(churn.rolledBack).isGreaterThan(SEEDS / 100L);
    assertThat(churn.leadersRemoved).isGreaterThan(SEEDS / 6L);
    assertThat(faults).isGreaterThan(SEEDS * 50L);
    assertThat(committed).isGreaterThan(SEEDS * 50L);
    assertThat(reads).isGreaterThan(SEEDS * 10L);
    assertThat(snapshots).isGreaterThan(SEEDS * 10L);
    assertThat(installs).isGreaterThan(SEEDS);
    assertThat(transfers).isGreaterThan(SEEDS / 8L);
    assertThat(terms).isGreaterThan(SEEDS * 3L);
  }

  @Test
  void theSameSeedGivesTheSameRunToTheLastByte() {
    for (long seed = 1; seed <= 10; seed++) {
      assertThat(hash(seed)).as("seed %s", seed).isEqualTo(hash(seed));
    }
    assertThat(hash(1)).isNotEqualTo(hash(2));
  }

  private static long hash(long seed) {
    TestCluster cluster = new TestCluster(seed);
    cluster.trace();
    cluster.run(3 * SECOND, SECOND / 50);
    return cluster.hash();
  }

  private static TestCluster run(long seed) {
    TestCluster cluster = new TestCluster(seed);
    try {
      cluster.run(6 * SECOND, SECOND / 50);
      recover(cluster);
    } catch (RuntimeException | AssertionError failure) {
      throw new AssertionError(
          "seed " + seed + " after " + cluster.counts.steps + " steps: " + failure, failure);
    }
    return cluster;
  }

  /** After the last fault: new commands are committed everywhere, every request is answered. */
  private static void recover(TestCluster cluster) {
    cluster.heal();
    cluster.run(3 * SECOND, SECOND / 10);
    cluster.retireStrangers();
    cluster.run(2 * SECOND, SECOND / 10);
    int before = cluster.judge().committed();
    cluster.run(SECOND, SECOND / 50);
    int after = cluster.judge().committed();
    int terms = cluster.judge().terms();
    cluster.run(4 * SECOND, Long.MAX_VALUE / 4);

    assertThat(after).as("commits go on").isGreaterThan(before);
    assertThat(cluster.judge().terms()).as("one leader stays").isEqualTo(terms);
    assertThat(cluster.judge().membership().isJoint()).as("joint phase").isFalse();
    for (TestNode node : cluster.nodes()) {
      assertThat(Objects.requireNonNull(node.raft).membership())
          .as("membership of %s", node.id)
          .isEqualTo(cluster.judge().membership());
      assertThat(node.commit()).as("commit").isEqualTo(cluster.judge().committed());
      assertThat(node.applied()).as("applied").isEqualTo(cluster.judge().committed());
      assertThat(node.unanswered()).as("unanswered requests of %s", node.id).isZero();
    }
    cluster.judge().finish(cluster.media().values());
  }
}
