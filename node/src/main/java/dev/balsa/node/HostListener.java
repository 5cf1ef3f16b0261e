package dev.balsa.node;

import dev.balsa.raft.Event;
import dev.balsa.raft.GroupId;
import org.jspecify.annotations.Nullable;

/** Is told what happens in a {@link RaftHost}, as {@link NodeListener} says, and in which group. */
public interface HostListener extends NodeListener {
  /** Something happened in the core of {@code group}. */
  default void event(GroupId group, Event event) {}

  /**
   * Where to write down what the groups' cores are told and what comes of it, or null for nowhere.
   * Asked once, when the host starts.
   */
  default @Nullable GroupRecorders recorders() {
    return null;
  }
}
