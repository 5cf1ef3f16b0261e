package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What an explorer looks up is what cores would do. */
class ReplicasTest {
  private static final int WALKS = 100;
  private static final int MOVES = 60;

  @Test
  void nodesThatAreDescribedAlikeGoOnAlike() {
    for (Scope scope : List.of(Scope.LOGS, Scope.DISKS)) {
      Replicas replicas = new Replicas(scope);
      SplitMix random = new SplitMix(7);
      for (int walk = 0; walk < WALKS; walk++) {
        walk(replicas, scope, random);
      }

      assertThat(replicas.size()).as("states met").isBetween(500, WALKS * MOVES / 2);
    }
  }

  /** A group's walk, done by living cores and by look-up beside each other. */
  private static void walk(Replicas replicas, Scope scope, SplitMix random) {
    int beginning = (int) random.nextBetween(0, scope.beginnings().size());
    List<Replica> living = new ArrayList<>();
    int[] at = new int[3];
    for (int node = 0; node < 3; node++) {
      living.add(replicas.revive(new NodeId(node + 1), beginning));
      at[node] = replicas.begin(new NodeId(node + 1), beginning);
    }
    List<TreeSet<Integer>> mail = List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    for (int i = 0; i < MOVES; i++) {
      int node = (int) random.nextBetween(0, 3);
      boolean unforced = living.get(node).medium().hasPending();
      int move = move(mail.get(node), unforced, random);

      Replica.Outcome done = living.get(node).move(move);
      Replicas.Step step = replicas.step(at[node], move);

      assertThat(step.outcome().sent).isEqualTo(done.sent);
      assertThat(step.outcome().committed).isEqualTo(done.committed);
      assertThat(step.outcome().ledTerm).isEqualTo(done.ledTerm);
      assertThat(step.outcome().readAt).isEqualTo(done.readAt);
      at[node] = step.next();
      assertThat(living.get(node).fingerprint())
          .as("%s after %s", node + 1, Move.text(move, replicas.letters()))
          .isEqualTo(replicas.revive(at[node]).fingerprint());
      for (int letter : done.sent) {
        mail.get((int) replicas.letters().to(letter).value() - 1).add(letter);
      }
    }
  }

  private static int move(Set<Integer> mail, boolean unforced, SplitMix random) {
    List<Integer> letters = List.copyOf(mail);
    int kind = (int) random.nextBetween(0, 20);
    return switch (kind) {
      case 0 -> Move.crashing(Move.NOTHING, (int) random.nextBetween(0, 5));
      case 1 -> Move.of(Move.AGE);
      case 2 -> Move.of(Move.READ);
      case 3 -> Move.of(Move.propose((int) random.nextBetween(0, 3)));
      case 4, 5 -> Move.of(Move.TIMER);
      case 6, 7, 8, 9 -> Move.of(unforced ? Move.FORCE : Move.NOTHING);
      default ->
          letters.isEmpty()
              ? Move.of(Move.NOTHING)
              : Move.of(Move.deliver(letters.get((int) random.nextBetween(0, letters.size()))));
    };
  }
}
