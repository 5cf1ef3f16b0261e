package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Space;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A snapshot whose newest revision is higher and compacted: the keys are as they were, and whoever
 * has seen revisions of a store that went on after the snapshot was taken is told that they are
 * gone, instead of taking new ones for those (etcdutl's {@code --bump-revision}).
 *
 * <p>What is known of the parts is only what {@link KvSnapshot} says of them; the part with the
 * numbers of the store is written anew, all others pass.
 */
public final class RaisedRevision implements StateMachine.Capture {
  private static final int META = List.of(Space.values()).indexOf(Space.META);

  private final StateMachine.Capture snapshot;
  private final long by;

  /**
   * The same keys at a later revision.
   *
   * @param snapshot of a {@link KvMachine}, or of a machine around one
   * @param by how many revisions later, positive
   */
  public RaisedRevision(StateMachine.Capture snapshot, long by) {
    if (by <= 0) {
      throw new IllegalArgumentException("a revision is raised by a positive number, not by " + by);
    }
    this.snapshot = snapshot;
    this.by = by;
  }

  /**
   * {@inheritDoc}
   *
   * @throws MalformedBytesException if the snapshot is of another format
   * @throws ArithmeticException if there is no such high revision
   */
  @Override
  public void writeTo(StateMachine.Sink sink) {
    Raising raising = new Raising(sink);
    snapshot.writeTo(raising);
    raising.end();
  }

  private final class Raising implements StateMachine.Sink {
    private final StateMachine.Sink sink;
    private boolean begun; // the first part is the format
    private boolean done;

    Raising(StateMachine.Sink sink) {
      this.sink = sink;
    }

    @Override
    public void write(Bytes part) {
      boolean mayHold = begun && !part.isEmpty() && part.at(0) == META;
      Map<Bytes, Bytes> entries = mayHold ? entries(part) : new TreeMap<>();
      Bytes numbers = entries.get(StoreState.KEY);
      if (numbers != null) {
        raise(StoreState.decode(numbers), entries);
        done = true;
      }
      sink.write(numbers != null ? part(entries) : part);
      begun = true;
    }

    /** A store that was never written to has no numbers yet. */
    void end() {
      if (!done) {
        Map<Bytes, Bytes> entries = new TreeMap<>();
        raise(new StoreState(), entries);
        sink.write(part(entries));
      }
    }
  }

  private static Map<Bytes, Bytes> entries(Bytes part) {
    ByteReader in = new ByteReader(part);
    in.u8();
    Map<Bytes, Bytes> entries = new TreeMap<>();
    while (in.remaining() > 0) {
      Bytes key = in.sized();
      entries.put(key, in.sized());
    }
    return entries;
  }

  private void raise(StoreState state, Map<Bytes, Bytes> entries) {
    long last = state.compactRevision;
    state.revision = Math.addExact(state.revision, by);
    state.compactRevision = state.revision;
    entries.put(StoreState.KEY, state.encode());
    // What a compaction has still to do begins earlier, and stands in this part or a later one.
    entries.putIfAbsent(Compaction.KEY, Compaction.placeAfter(last));
  }

  private static Bytes part(Map<Bytes, Bytes> entries) {
    ByteWriter out = new ByteWriter(256);
    out.u8(META);
    entries.forEach(
        (key, value) -> {
          out.sized(key);
          out.sized(value);
        });
    return out.finish();
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
