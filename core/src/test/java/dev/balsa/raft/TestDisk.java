package dev.balsa.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A disk in memory that tells what was written from what was forced: a crash keeps only a prefix of
 * the writes that no force has covered.
 */
public final class TestDisk implements StoredLog {
  private final List<Entry> written = new ArrayList<>();
  private final List<Entry> forced = new ArrayList<>();
  private final ArrayDeque<Ready.Persist> pending = new ArrayDeque<>();
  private HardState hardState = HardState.INITIAL; // forced
  private HardState writtenHardState = HardState.INITIAL;

  /** An empty disk. */
  public TestDisk() {}

  /** Takes a write; it is readable at once and durable after {@link #force}. */
  public void write(Ready.Persist persist) {
    pending.add(persist);
    if (persist.hardState() != null) {
      writtenHardState = persist.hardState();
    }
    if (persist.append() != null) {
      replaceTail(written, persist.append());
    }
  }

  /** Makes everything written up to {@code sequence} durable. */
  public void force(long sequence) {
    while (!pending.isEmpty() && pending.getFirst().sequence() <= sequence) {
      arrive(pending.removeFirst());
    }
  }

  /** The latest write handed out and not forced, or 0. */
  public long pendingSequence() {
    return pending.isEmpty() ? 0 : pending.getLast().sequence();
  }

  /** Loses all that was not forced but the first {@code writes} writes and a part of the next. */
  public void crash(int writes, SplitMix random) {
    for (int i = 0; i < writes && !pending.isEmpty(); i++) {
      arrive(pending.removeFirst());
    }
    if (!pending.isEmpty()) {
      arriveTorn(pending.removeFirst(), random);
    }
    pending.clear();
    written.clear();
    written.addAll(forced);
    writtenHardState = hardState;
  }

  /** The term and vote arrive before the entries, the entries in order. */
  private void arriveTorn(Ready.Persist persist, SplitMix random) {
    boolean any = random.nextBetween(0, 2) == 0;
    LogSlice append = persist.append();
    if (!any) {
      return;
    }
    if (append == null) {
      arrive(persist);
      return;
    }
    int kept = (int) random.nextBetween(0, append.entries().size() + 1);
    LogSlice torn = new LogSlice(append.prev(), append.entries().subList(0, kept));
    arrive(
        new Ready.Persist(persist.sequence(), persist.hardState(), torn.isEmpty() ? null : torn));
  }

  private void arrive(Ready.Persist persist) {
    if (persist.hardState() != null) {
      HardState next = persist.hardState();
      boolean lawful =
          next.term() > hardState.term()
              || (next.term() == hardState.term()
                  && (hardState.vote() == null || Objects.equals(hardState.vote(), next.vote())));
      Require.invariant(lawful, "hard state on the medium went from %s to %s", hardState, next);
      hardState = next;
    }
    if (persist.append() != null) {
      replaceTail(forced, persist.append());
    }
  }

  private static void replaceTail(List<Entry> log, LogSlice slice) {
    int keep = Math.toIntExact(slice.prev().index());
    Require.invariant(keep <= log.size(), "write after %s leaves a gap", slice.prev());
    Require.invariant(
        keep == 0 || log.get(keep - 1).id().equals(slice.prev()), "write after %s", slice.prev());
    log.subList(keep, log.size()).clear();
    log.addAll(slice.entries());
  }

  /** What a node finds when it starts from what is readable now. */
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
    return new Restored(
        writtenHardState,
        termStarts,
        written.isEmpty() ? EntryId.ZERO : written.getLast().id(),
        configurations);
  }

  /** Whether the medium holds the entry, so that no crash can lose it. */
  public boolean holdsForced(EntryId id) {
    int place = Math.toIntExact(id.index());
    return place == 0 || (place <= forced.size() && forced.get(place - 1).id().equals(id));
  }

  /** Whether the log, as far as it was written, holds the entry. */
  public boolean holds(EntryId id) {
    int place = Math.toIntExact(id.index());
    return place == 0 || (place <= written.size() && written.get(place - 1).id().equals(id));
  }

  public Entry entry(long index) {
    return written.get(Math.toIntExact(index) - 1);
  }

  /** The log as written so far. */
  public List<Entry> log() {
    return Collections.unmodifiableList(written);
  }

  public HardState forcedHardState() {
    return hardState;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    Require.argument(from >= 1 && from <= to && to <= written.size(), "read %s..%s", from, to);
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index <= to; index++) {
      Entry entry = entry(index);
      bytes += entry.bytes();
      if (!entries.isEmpty() && bytes > bytesMax) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }
}
