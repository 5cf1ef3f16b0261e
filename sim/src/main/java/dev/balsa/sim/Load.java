package dev.balsa.sim;

import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;

/**
 * What is replicated in a world, what its clients ask, and what they may expect: bring your own
 * state machine here. One load serves one run. Everything random comes from the source given, so
 * that a seed replays.
 *
 * <p>Whatever the load is, the world checks that every replica's machine has the same fingerprint
 * at the same index, restarted ones included, that every result is the one that the committed
 * commands give in their order, and that this order agrees with real time.
 *
 * @param <R> a command's result, with content equality
 * @param <S> the machine
 */
public interface Load<R, S extends StateMachine<R>> {
  /** An empty machine: a process starts. */
  S machine();

  /**
   * What the machine's state comes down to: the same for equal states, and different for different
   * ones but by rare chance. Called after every command.
   */
  long fingerprint(S machine);

  /**
   * A client's next request.
   *
   * @param moment counts events; the request is made at it
   */
  Request<R, S> next(long client, long moment, SplitMix random);

  /** The settings of the nodes' cores, from those that the plan gives them. */
  default RaftConfig configure(RaftConfig planned) {
    return planned;
  }

  /**
   * Whether equal commands may be committed more than once, since the machine lets them take effect
   * once. The network then makes copies of requests on their way to the leader, too.
   */
  default boolean repeats() {
    return false;
  }

  /**
   * The run is over: judges what the clients saw.
   *
   * @return how many answered requests were judged
   * @throws BrokenPromise if they saw what must not be
   */
  default long judge() {
    return 0;
  }
}
