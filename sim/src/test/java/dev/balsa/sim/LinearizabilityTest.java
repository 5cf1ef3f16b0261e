package dev.balsa.sim;

import static dev.balsa.sim.Linearizability.Verdict.LINEARIZABLE;
import static dev.balsa.sim.Linearizability.Verdict.NOT_LINEARIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.SplitMix;
import dev.balsa.sim.History.Kind;
import dev.balsa.sim.History.Operation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
  private static final List<Kind> KINDS = List.of(Kind.READ, Kind.PUT, Kind.CAS);

  private final History history = new History();

  private Operation put(long value, long asked, long told) {
    return told(history.invoke(Kind.PUT, 0, value, asked), 1, told);
  }

  private Operation read(long value, long asked, long told) {
    return told(history.invoke(Kind.READ, 0, 0, asked), value, told);
  }

  private Operation cas(long expected, long value, long result, long asked, long told) {
    return told(history.invoke(Kind.CAS, expected, value, asked), result, told);
  }

  private static Operation told(Operation operation, long result, long told) {
    operation.answer(result, told);
    return operation;
  }

  private Linearizability.Verdict verdict() {
    return Linearizability.check(history.operations());
  }

  @Test
  void aRegisterHoldsZeroAtFirst() {
    read(0, 1, 2);
    put(5, 3, 4);
    read(5, 5, 6);

    assertThat(verdict()).isEqualTo(LINEARIZABLE);
  }

  @Test
  void aReadOfAnOldValueAfterTheWriteWasAnsweredIsFound() {
    put(1, 1, 2);
    put(2, 3, 4);
    read(1, 5, 6);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  @Test
  void aReadDuringAWriteMaySeeEitherValue() {
    put(1, 1, 10);
    read(0, 2, 3);
    read(1, 4, 5);

    assertThat(verdict()).isEqualTo(LINEARIZABLE);
  }

  @Test
  void twoReadsThatSeeTimeRunBackwardsAreFound() {
    put(1, 1, 10);
    read(1, 2, 3);
    read(0, 4, 5);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  @Test
  void anAnsweredWriteThatIsLostIsFound() {
    put(1, 1, 2);
    read(0, 3, 4);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  @Test
  void aRefusedWriteThatIsSeenIsFound() {
    history.invoke(Kind.PUT, 0, 7, 1).refuse();
    read(7, 2, 3);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  @Test
  void aWriteWithoutAnAnswerMayComeLateOrNever() {
    history.invoke(Kind.PUT, 0, 7, 1);
    read(0, 2, 3);
    read(7, 4, 5);
    read(7, 6, 7);

    assertThat(verdict()).isEqualTo(LINEARIZABLE);
  }

  @Test
  void aWriteWithoutAnAnswerComesOnceAtMost() {
    history.invoke(Kind.PUT, 0, 7, 1);
    read(7, 2, 3);
    put(8, 4, 5);
    read(7, 6, 7);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  @Test
  void twoSwapsFromOneValueThatBothSucceedAreFound() {
    cas(0, 1, 1, 1, 10);
    cas(0, 2, 1, 2, 11);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  @Test
  void aSwapThatFailsThoughItMustSucceedIsFound() {
    put(1, 1, 2);
    cas(1, 2, 0, 3, 4);

    assertThat(verdict()).isEqualTo(NOT_LINEARIZABLE);
  }

  /** The twin tries every order. */
  @Test
  void agreesWithTryingEveryOrder() {
    SplitMix random = new SplitMix(7);
    int[] verdicts = new int[2];
    for (int i = 0; i < 20_000; i++) {
      List<Operation> operations = randomHistory(random);
      boolean expected = anyOrder(operations, new ArrayList<>(), 0);

      assertThat(Linearizability.check(operations))
          .as("%s", operations)
          .isEqualTo(expected ? LINEARIZABLE : NOT_LINEARIZABLE);
      verdicts[expected ? 1 : 0]++;
    }
    assertThat(verdicts[0]).isGreaterThan(2000);
    assertThat(verdicts[1]).isGreaterThan(2000);
  }

  private static List<Operation> randomHistory(SplitMix random) {
    History history = new History();
    long moment = 0;
    List<Operation> open = new ArrayList<>();
    while (history.operations().size() < 5 && moment < 40) {
      moment++;
      if (open.size() < 3 && random.nextBetween(0, 2) == 0) {
        Kind kind = KINDS.get((int) random.nextBetween(0, 3));
        open.add(history.invoke(kind, random.nextBetween(0, 3), random.nextBetween(1, 3), moment));
      } else if (!open.isEmpty()) {
        Operation operation = open.remove((int) random.nextBetween(0, open.size()));
        long result =
            operation.kind == Kind.READ ? random.nextBetween(0, 3) : random.nextBetween(0, 2);
        operation.answer(operation.kind == Kind.PUT ? 1 : result, moment);
      }
    }
    return history.operations();
  }

  private static boolean anyOrder(List<Operation> left, List<Operation> done, long value) {
    if (left.stream().allMatch(o -> o.told == Long.MAX_VALUE)) {
      return true;
    }
    for (Operation next : left) {
      boolean mayBeNext = left.stream().noneMatch(o -> o.told < next.asked);
      boolean open = next.told == Long.MAX_VALUE;
      boolean swaps = next.kind == Kind.CAS && next.expected == value;
      boolean fits =
          switch (next.kind) {
            case READ -> next.result == value;
            case PUT -> true;
            case CAS -> open || swaps == (next.result == 1);
          };
      if (mayBeNext && fits) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(next);
        boolean sets = next.kind == Kind.PUT || swaps;
        if (anyOrder(rest, done, sets ? next.value : value)) {
          return true;
        }
      }
    }
    return false;
  }
}
