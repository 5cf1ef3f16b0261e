package dev.balsa.server.live;

import dev.balsa.server.StartException;

/** The members of a demonstration, all in one process, to be broken by whoever looks. */
public interface DemoMembers {
  /**
   * Ends a member as {@code kill -9} does; returns when its files and sockets are closed.
   *
   * @return false if no member of that name runs
   */
  boolean kill(String name);

  /**
   * Starts a member again that was killed, on what it had written; returns before it has caught up.
   *
   * @return false if no member of that name was killed
   * @throws StartException if it cannot start
   */
  boolean restart(String name);
}
