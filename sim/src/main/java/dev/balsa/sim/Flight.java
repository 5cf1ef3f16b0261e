package dev.balsa.sim;

import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;

/**
 * A message on its way between two nodes. Times are in nanoseconds since the world's beginning.
 * What is {@link #isOver} stays so: it arrived, or it was lost.
 */
public final class Flight implements Runnable {
  private final long id;
  private final NodeId from;
  private final NodeId to;
  private final Message message;
  private final long sent;
  private final long due;
  private final long directory;
  private final Links links;
  private boolean over;

  Flight(
      long id,
      NodeId from,
      NodeId to,
      Message message,
      long sent,
      long due,
      long directory,
      Links links) {
    this.id = id;
    this.from = from;
    this.to = to;
    this.message = message;
    this.sent = sent;
    this.due = due;
    this.directory = directory;
    this.links = links;
  }

  /** Its name in this world, from 1; a second copy of a message has a name of its own. */
  public long id() {
    return id;
  }

  /** Where it comes from. */
  public NodeId from() {
    return from;
  }

  /** Where it goes. */
  public NodeId to() {
    return to;
  }

  /** What it carries. */
  public Message message() {
    return message;
  }

  /** When it set out. */
  public long sent() {
    return sent;
  }

  /** When it will arrive if nothing comes between. */
  public long due() {
    return due;
  }

  /** Which directory its sender had when it set out, by {@link Directories#latest}. */
  long directory() {
    return directory;
  }

  /** Whether it arrived or was lost. */
  public boolean isOver() {
    return over;
  }

  /** It arrives; what did so before, or was lost, does not. */
  @Override
  public void run() {
    if (!over) {
      over = true;
      links.arrive(this);
    }
  }

  /** It is lost on its way. */
  void drop() {
    if (!over) {
      over = true;
      links.lose(this);
    }
  }
}
