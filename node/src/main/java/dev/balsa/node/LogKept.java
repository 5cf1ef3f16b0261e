package dev.balsa.node;

/**
 * Why a group keeps an old part of the log that all groups of a {@link RaftHost} share: it holds
 * too much there to be written once more elsewhere, and no snapshot may stand for it.
 */
public enum LogKept {
  /** Nobody has opened the group since the node was started, so nobody can take its snapshot. */
  NOT_OPEN("it is not open; open it, or remove it from this node"),
  /** Its state machine has none. */
  NO_SNAPSHOTS(
      "its state machine has no snapshots; implement StateMachine.capture and restore, or remove"
          + " the group from this node");

  private final String text;

  LogKept(String text) {
    this.text = text;
  }

  /** The reason and what to do, as the end of a sentence without its full stop. */
  public String text() {
    return text;
  }
}
