package dev.balsa.node;

import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;

/** Is told what happens in a {@link RaftHost}, as {@link NodeListener} says, and in which group. */
public interface HostListener extends NodeListener {
  /** Something happened in the core of {@code group}. */
  default void event(GroupId group, Event event) {}
}
