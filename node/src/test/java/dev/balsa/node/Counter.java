package dev.balsa.node;

import dev.balsa.raft.StateMachine;
import java.util.List;

/** Sums the numbers it is given; anything else breaks it. */
final class Counter implements StateMachine<Long> {
  private long sum;

  @Override
  public List<Long> apply(List<Committed> commands) {
    return commands.stream().map(c -> sum += Long.parseLong(c.command().toUtf8())).toList();
  }

  long sum() {
    return sum;
  }
}
