package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.ReadMode;

/**
 * What a client asks of a replicated state machine, and what it does with the answer.
 *
 * @param <R> the machine's result
 * @param <S> the machine
 */
public sealed interface Request<R, S> {
  /** Replicates a command. No two requests of a run may have equal commands. */
  record Write<R, S>(Bytes command, Answer<R> answer) implements Request<R, S> {
    /** Replicates a command whose result nobody looks at but the world itself. */
    public Write(Bytes command) {
      this(
          command,
          new Answer<>() {
            @Override
            public void done(R value, long moment) {}

            @Override
            public void refused() {}
          });
    }
  }

  /** Looks at the machine; the world expects of any mode that it is linearizable. */
  record Read<R, S>(Answer<S> answer, ReadMode mode) implements Request<R, S> {
    /** Looks at the machine, linearizably. */
    public Read(Answer<S> answer) {
      this(answer, ReadMode.LINEARIZABLE);
    }
  }

  /**
   * Takes what becomes of a request; never called if that stays unknown.
   *
   * @param <T> what comes back
   */
  interface Answer<T> {
    /** It was done. {@code moment} counts events: what happened before has a smaller one. */
    void done(T value, long moment);

    /** It was not done and never will be. */
    void refused();
  }
}
