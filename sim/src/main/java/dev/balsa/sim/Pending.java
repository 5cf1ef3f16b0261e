package dev.balsa.sim;

import dev.balsa.raft.StateMachine;

/** A request on its way, and who waits for it. The client may give up; nothing it hears counts. */
final class Pending<R, S extends StateMachine<R>> {
  final Request<R, S> request;
  final long floor; // log position that everything answered before the question reached
  private final Runnable next;
  private boolean over;

  Pending(Request<R, S> request, long floor, Runnable next) {
    this.request = request;
    this.floor = floor;
    this.next = next;
  }

  boolean isOver() {
    return over;
  }

  /** The client goes on; true the first time. */
  boolean finish() {
    if (over) {
      return false;
    }
    over = true;
    next.run();
    return true;
  }
}
