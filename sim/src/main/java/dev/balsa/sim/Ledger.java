package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;

/** What clients asked and heard, in the order in which they heard it; judges each answer. */
final class Ledger<R, S extends StateMachine<R>> {
  private final Judge judge;
  private final Figures figures;
  private long floor; // greatest log position that an answer has shown to a client
  private long moments;

  Ledger(Judge judge, Figures figures) {
    this.judge = judge;
    this.figures = figures;
  }

  Pending<R, S> pending(Request<R, S> request, Runnable next) {
    return new Pending<>(request, floor, next);
  }

  void accepted(EntryId place, Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.accepted(place, command);
    }
  }

  void written(Pending<R, S> pending, R result, long position) {
    if (pending.request instanceof Request.Write<R, S> write && pending.finish()) {
      if (position <= pending.floor) {
        throw new BrokenPromise(
            "a command asked after %s was answered stands at %s", pending.floor, position);
      }
      floor = Math.max(floor, position);
      figures.writes++;
      write.answer().done(result, moment());
    }
  }

  void read(Pending<R, S> pending, S machine, long position) {
    if (pending.request instanceof Request.Read<R, S> read && pending.finish()) {
      if (position < pending.floor) {
        throw new BrokenPromise(
            "a read asked after %s was answered is served at %s", pending.floor, position);
      }
      floor = Math.max(floor, position);
      figures.reads++;
      read.answer().done(machine, moment());
    }
  }

  /** The core refuses: nothing was or will be appended anywhere. */
  void refused(Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.refused(command);
    }
    undone(pending);
  }

  /** Another command is committed in its place. */
  void overtaken(Pending<R, S> pending) {
    if (pending.request instanceof Request.Write<R, S>(Bytes command, var answer)) {
      judge.overtaken(command);
    }
    undone(pending);
  }

  private void undone(Pending<R, S> pending) {
    if (pending.finish()) {
      figures.refused++;
      switch (pending.request) {
        case Request.Write<R, S> write -> write.answer().refused();
        case Request.Read<R, S> read -> read.answer().refused();
      }
    }
  }

  void unknown(Pending<R, S> pending) {
    if (pending.finish()) {
      figures.unknown++;
    }
  }

  /** Counts what clients ask and hear. */
  long moment() {
    return ++moments;
  }
}
