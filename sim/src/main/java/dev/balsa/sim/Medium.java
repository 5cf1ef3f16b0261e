package dev.balsa.sim;

import dev.balsa.raft.Configured;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * What a disk holds, told apart by what no crash can take: the judges' own account, kept beside
 * whatever code really stores it. Checks that term and vote on it never go back (paper figure 2).
 */
public final class Medium {
  private final List<Entry> written = new ArrayList<>();
  private final List<Entry> forced = new ArrayList<>();
  private final ArrayDeque<Ready.Persist> pending = new ArrayDeque<>();
  private HardState writtenState = HardState.INITIAL;
  private HardState forcedState = HardState.INITIAL;

  /** An empty disk. */
  public Medium() {}

  /** A write was given to the disk. */
  public void write(Ready.Persist persist) {
    pending.add(persist);
    if (persist.hardState() != null) {
      writtenState = persist.hardState();
    }
    if (persist.append() != null) {
      replaceTail(written, persist.append());
    }
  }

  /** All that was written is durable now. */
  public void force() {
    while (!pending.isEmpty()) {
      arrive(pending.removeFirst());
    }
  }

  /** The first write that is not durable becomes so; false if there is none. */
  public boolean arriveNext() {
    if (pending.isEmpty()) {
      return false;
    }
    arrive(pending.removeFirst());
    return true;
  }

  /** A part of the first write becomes durable: term and vote before entries, entries in order. */
  public void arriveTorn(long keepMax) {
    Ready.Persist persist = pending.pollFirst();
    if (persist == null || keepMax == 0) {
      return;
    }
    LogSlice append = persist.append();
    if (append == null) {
      arrive(persist);
      return;
    }
    int kept = (int) Math.min(keepMax - 1, append.entries().size());
    LogSlice torn = new LogSlice(append.prev(), append.entries().subList(0, kept));
    arrive(
        new Ready.Persist(persist.sequence(), persist.hardState(), torn.isEmpty() ? null : torn));
  }

  /**
   * A process has read the medium, which must hold all that was forced and, of the writes after
   * that, the first ones. A write's term and vote may be there without its entries.
   *
   * @throws BrokenPromise if it holds anything else
   */
  public void found(HardState state, List<Entry> log) {
    while (!isAt(state, log)) {
      Ready.Persist next = pending.pollFirst();
      if (next == null) {
        throw new BrokenPromise(
            "a medium with %s and %s holds %s and %s when it is read"
                .formatted(forcedState, end(forced), state, end(log)));
      }
      arrive(new Ready.Persist(next.sequence(), next.hardState(), null));
      if (!isAt(state, log)) {
        arrive(next);
      }
    }
    BrokenPromise.require(forced.equals(log), "a medium holds other entries than were written");
    loseRest();
  }

  private boolean isAt(HardState state, List<Entry> log) {
    return forcedState.equals(state) && forced.size() == log.size() && end(forced).equals(end(log));
  }

  private static EntryId end(List<Entry> log) {
    return log.isEmpty() ? EntryId.ZERO : log.getLast().id();
  }

  /** The rest is lost. */
  public void loseRest() {
    pending.clear();
    written.clear();
    written.addAll(forced);
    writtenState = forcedState;
  }

  /** Whether anything written is not durable. */
  public boolean hasPending() {
    return !pending.isEmpty();
  }

  private void arrive(Ready.Persist persist) {
    HardState next = persist.hardState();
    if (next != null) {
      boolean lawful =
          next.term() > forcedState.term()
              || (next.term() == forcedState.term()
                  && (forcedState.vote() == null
                      || Objects.equals(forcedState.vote(), next.vote())));
      BrokenPromise.require(
          lawful, "term and vote on the medium went from %s to %s", forcedState, next);
      forcedState = next;
    }
    if (persist.append() != null) {
      replaceTail(forced, persist.append());
    }
  }

  private static void replaceTail(List<Entry> log, LogSlice slice) {
    int keep = Math.toIntExact(slice.prev().index());
    boolean joins =
        keep == 0 || (keep <= log.size() && log.get(keep - 1).id().equals(slice.prev()));
    if (!joins) {
      throw new BrokenPromise(
          "a write after %s to a log that ends at %s"
              .formatted(slice.prev(), log.isEmpty() ? EntryId.ZERO : log.getLast().id()));
    }
    if (keep < log.size()) {
      log.subList(keep, log.size()).clear();
    }
    log.addAll(slice.entries());
  }

  /** What a process finds when it starts. */
  public Restored restored() {
    List<EntryId> termStarts = new ArrayList<>();
    List<Configured> configurations = new ArrayList<>();
    long term = 0;
    for (Entry entry : written) {
      if (entry.term() > term) {
        term = entry.term();
        termStarts.add(entry.id());
      }
      if (entry.payload() instanceof Payload.Configuration(Membership membership)) {
        configurations.add(new Configured(entry.id(), membership));
      }
    }
    return new Restored(writtenState, null, EntryId.ZERO, termStarts, last(), configurations);
  }

  /** The last entry written. */
  public EntryId last() {
    return end(written);
  }

  /** The entry written at {@code index}, which the log must have. */
  public Entry entry(long index) {
    return written.get(Math.toIntExact(index) - 1);
  }

  /** The log as written. */
  public List<Entry> log() {
    return Collections.unmodifiableList(written);
  }

  /** The log that no crash can take. */
  public List<Entry> forcedLog() {
    return Collections.unmodifiableList(forced);
  }

  /** The term and vote that no crash can take. */
  public HardState forcedState() {
    return forcedState;
  }

  /** Whether the log, as far as it was written, has the entry. */
  public boolean holds(EntryId id) {
    return holds(written, id);
  }

  /** Whether no crash can take the entry from the medium. */
  public boolean holdsForced(EntryId id) {
    return holds(forced, id);
  }

  private static boolean holds(List<Entry> log, EntryId id) {
    int place = Math.toIntExact(id.index());
    return place == 0 || (place <= log.size() && log.get(place - 1).id().equals(id));
  }
}
