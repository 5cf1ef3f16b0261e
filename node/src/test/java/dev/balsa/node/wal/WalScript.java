package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.vote;

import dev.balsa.node.disk.Directory;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Ready;
import java.util.ArrayList;
import java.util.List;

/**
 * A fixed life of a log, and a naive model beside it: what the log is after each record, and how
 * many records were forced. After any crash the log must be one of those states, from the last
 * forced one on.
 */
final class WalScript {
  /** What a log adds up to. */
  record State(HardState hardState, List<Entry> entries) {
    static State of(Wal wal) {
      return new State(wal.restored().hardState(), WalFixture.entries(wal));
    }

    State after(Ready.Persist persist) {
      HardState next = persist.hardState() == null ? hardState : persist.hardState();
      LogSlice slice = persist.append();
      if (slice == null) {
        return new State(next, entries);
      }
      List<Entry> all = new ArrayList<>(entries.subList(0, (int) slice.prev().index()));
      all.addAll(slice.entries());
      return new State(next, List.copyOf(all));
    }
  }

  private final Directory disk;
  private final List<State> states =
      new ArrayList<>(List.of(new State(HardState.INITIAL, List.of())));
  private int forced;
  private Wal wal;

  WalScript(Directory disk) {
    this.disk = disk;
    this.wal = WalFixture.open(disk);
  }

  /** Votes, batches, cuts, segment changes, a large record, a clean restart. */
  void run() {
    write(vote(1, 1));
    force();
    write(append(EntryId.ZERO, 1, 3, 40));
    write(append(new EntryId(1, 3), 1, 5, 300));
    force();
    write(append(new EntryId(1, 8), 1, 8, 150));
    write(vote(2, 3));
    write(append(new EntryId(1, 6), 2, 2, 700));
    force();
    for (int i = 8; i < 20; i += 4) {
      write(append(new EntryId(2, i), 2, 4, 200));
      write(append(new EntryId(2, i + 2), 2, 2, 200));
      force();
    }
    wal.close();
    forced = states.size() - 1;
    wal = WalFixture.open(disk);
    write(append(new EntryId(2, 20), 2, 2, 6_000));
    write(vote(4, 2));
    force();
    write(append(new EntryId(2, 22), 4, 1, 1));
    write(append(new EntryId(4, 23), 4, 9, 333));
    force();
    wal.close();
  }

  private void write(Ready.Persist persist) {
    states.add(states.getLast().after(persist));
    wal.append(persist);
  }

  private void force() {
    wal.force();
    forced = states.size() - 1;
  }

  /** The states that a crash now may leave. */
  List<State> possible() {
    return states.subList(forced, states.size());
  }

  /** The state when all went well. */
  State last() {
    return states.getLast();
  }
}
