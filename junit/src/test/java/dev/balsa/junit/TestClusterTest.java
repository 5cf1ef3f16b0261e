package dev.balsa.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@BalsaCluster(members = 3)
class TestClusterTest {
  @Test
  void servesThroughEachMember(TestCluster cluster) {
    List<String> read = new ArrayList<>();
    try (Jetcd client = Jetcd.of(cluster.endpoints())) {
      client.put("everywhere", "yes");
    }

    for (TestMember member : cluster.members()) {
      try (Jetcd client = Jetcd.of(List.of(member.endpoint()))) {
        read.addAll(client.values("everywhere"));
      }
    }

    assertThat(read).containsExactly("yes", "yes", "yes");
  }

  @Test
  void outlivesItsLeaderWhoComesBackWithWhatItHadWritten(TestCluster cluster) {
    TestMember leader = cluster.awaitLeader();
    TestMember other = followers(cluster, leader).getFirst();
    try (Jetcd client = Jetcd.of(List.of(other.endpoint()));
        Jetcd returned = Jetcd.of(List.of(leader.endpoint()))) {
      client.put("before", "kill");

      leader.kill();
      assertThat(leader.isRunning()).isFalse();
      assertThat(cluster.awaitLeader()).isNotEqualTo(leader);
      client.put("after", "kill");
      leader.restart();

      assertThat(returned.values("before")).containsExactly("kill");
      assertThat(returned.values("after")).containsExactly("kill");
    }
  }

  @Test
  void writtenDataOutlivesAKillOfAllMembers(TestCluster cluster) {
    try (Jetcd client = Jetcd.of(cluster.endpoints())) {
      client.put("all", "down");
      cluster.members().forEach(TestMember::kill);
      cluster.members().forEach(TestMember::restart);

      assertThat(client.values("all")).containsExactly("down");
    }
  }

  @Test
  void aPausedLeaderIsReplacedAndStepsDownWhenItsTimeGoesOn(TestCluster cluster) {
    TestMember leader = cluster.awaitLeader();
    TestMember other = followers(cluster, leader).getFirst();
    try (Jetcd client = Jetcd.of(List.of(other.endpoint()));
        Jetcd resumed = Jetcd.of(List.of(leader.endpoint()))) {
      leader.pause();
      assertThat(cluster.awaitLeader()).isNotEqualTo(leader);
      client.put("during", "pause");

      leader.resume();

      assertThat(resumed.values("during")).containsExactly("pause");
    }
  }

  @Test
  void aPausedMemberAnswersWhenItsTimeGoesOn(TestCluster cluster) {
    TestMember paused = followers(cluster, cluster.awaitLeader()).getFirst();
    try (Jetcd client = Jetcd.of(List.of(paused.endpoint()))) {
      client.put("key", "old");
      paused.pause();
      CompletableFuture<List<String>> read =
          CompletableFuture.supplyAsync(() -> client.staleValues("key"));
      assertThat(read).isNotDone();

      paused.resume();

      assertThat(Jetcd.get(read)).containsExactly("old");
    }
  }

  @Test
  void aMemberThatIsCutOffHearsNothingUntilTheCutIsHealed(TestCluster cluster) {
    TestMember leader = cluster.awaitLeader();
    TestMember alone = followers(cluster, leader).getFirst();
    try (Jetcd client = Jetcd.of(List.of(leader.endpoint()));
        Jetcd cut = Jetcd.of(List.of(alone.endpoint()))) {
      client.put("cut", "before");
      assertThat(cut.values("cut")).containsExactly("before");

      cluster.partition(alone);
      client.put("cut", "during");
      assertThat(cut.staleValues("cut")).containsExactly("before");
      cluster.heal();

      assertThat(cut.values("cut")).containsExactly("during");
    }
  }

  @Test
  void aLeaderThatIsCutOffIsReplacedByTheMajority(TestCluster cluster) {
    TestMember leader = cluster.awaitLeader();

    cluster.partition(leader);

    assertThat(cluster.awaitLeader()).isNotEqualTo(leader);
  }

  @Test
  @BalsaCluster(members = 1)
  void aMethodCanHaveAClusterOfItsOwn(TestCluster cluster) {
    assertThat(cluster.members()).extracting(TestMember::name).containsExactly("m1");
    try (Jetcd client = Jetcd.of(cluster.endpoints())) {
      assertThat(client.values("everywhere")).isEmpty();
    }
  }

  @Test
  void whatCannotBeSaysWhatToDo(TestCluster cluster) {
    TestMember member = cluster.member(1);

    assertThatThrownBy(member::restart).hasMessageContaining("kill it first");
    member.kill();
    assertThatThrownBy(member::pause).hasMessageContaining("restart it first");
    assertThatThrownBy(() -> TestCluster.start(0)).hasMessageContaining("say 1 to 9");
  }

  private static List<TestMember> followers(TestCluster cluster, TestMember leader) {
    return cluster.members().stream().filter(it -> it != leader).toList();
  }
}
