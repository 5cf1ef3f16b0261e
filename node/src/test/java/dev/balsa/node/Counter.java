package dev.balsa.node;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.List;
import java.util.Objects;

/** Sums the numbers it is given; anything else breaks it. */
final class Counter implements StateMachine<Long> {
  private long sum;
  private long applied;

  @Override
  public List<Long> apply(List<Committed> commands) {
    applied += commands.size();
    return commands.stream().map(c -> sum += Long.parseLong(c.command().toUtf8())).toList();
  }

  @Override
  public Capture capture() {
    Bytes state = Bytes.utf8(Long.toString(sum));
    return sink -> sink.write(state);
  }

  @Override
  public void restore(Source source) {
    sum = Long.parseLong(Objects.requireNonNull(source.read()).toUtf8());
  }

  long sum() {
    return sum;
  }

  /** How many commands this object has applied itself. */
  long applied() {
    return applied;
  }
}
