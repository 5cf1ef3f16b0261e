package dev.balsa.sim;

import dev.balsa.raft.Input;
import dev.balsa.raft.Ready;

/**
 * A bug around the core: what it is told, or what its host does with what it decided, is not what
 * it should be. The core itself is the shipped one; it and the judges must find out.
 */
public interface Flaw {
  /** Everything is as it should be. */
  Flaw NONE = new Flaw() {};

  /**
   * What a core takes instead of an input.
   *
   * @param term the core's
   */
  default Input taken(long term, Input input) {
    return input;
  }

  /** What a host does instead of what its core decided. */
  default Ready decided(Ready ready) {
    return ready;
  }
}
