package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps sum and last entry of the moment it is told to; restores and commands are counted. */
final class KeepingCounter implements StateMachine<Long> {
  private final EntryId recovered;
  private final AtomicInteger written = new AtomicInteger(); // captures
  private final boolean keeps;
  EntryId applied;
  long sum;
  long commands;
  long restores;

  KeepingCounter(EntryId recovered, long sum) {
    this(recovered, sum, false);
  }

  private KeepingCounter(EntryId recovered, long sum, boolean keeps) {
    this.recovered = recovered;
    this.keeps = keeps;
    this.applied = recovered;
    this.sum = sum;
  }

  /** What a restart would find if all was written just now. */
  KeepingCounter reopened() {
    return new KeepingCounter(applied, sum, keeps);
  }

  /** The same, which also says that it needs no snapshot. */
  KeepingCounter keeping() {
    return new KeepingCounter(recovered, sum, true);
  }

  /** How often all of its state was written down. */
  int written() {
    return written.get();
  }

  @Override
  public EntryId recovered() {
    return recovered;
  }

  @Override
  public List<Long> apply(List<Committed> entries) {
    List<Long> results = new ArrayList<>();
    for (Committed entry : entries) {
      assertThat(entry.id().index()).isGreaterThan(applied.index());
      applied = entry.id();
      sum += Long.parseLong(entry.command().toUtf8());
      commands++;
      results.add(sum);
    }
    return results;
  }

  @Override
  public Capture capture() {
    Bytes state = Bytes.utf8(applied.term() + " " + applied.index() + " " + sum);
    EntryId last = applied;
    return new Capture() {
      @Override
      public @Nullable EntryId keep() {
        return keeps ? last : null;
      }

      @Override
      public void writeTo(Sink sink) {
        written.incrementAndGet();
        sink.write(state);
      }
    };
  }

  @Override
  public void restore(Source source) {
    String[] words = Objects.requireNonNull(source.read()).toUtf8().split(" ", -1);
    applied = new EntryId(Long.parseLong(words[0]), Long.parseLong(words[1]));
    sum = Long.parseLong(words[2]);
    restores++;
  }
}
