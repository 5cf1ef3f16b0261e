package dev.balsa.node;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.disk.FaultyDirectory.PowerCut;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Ready.SnapshotWork.Store;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a data directory, as a node would lead it, and a naive account beside it: what
 * the log was after each write, how many of the writes were forced, and which snapshots there are.
 */
final class CrashLife {
  /** What a log is, in full; entries up to {@code base} are in no log, but in a snapshot. */
  record State(HardState hardState, EntryId base, List<Entry> entries) {
    static final State NEW = new State(HardState.INITIAL, EntryId.ZERO, List.of());

    EntryId last() {
      return entries.isEmpty() ? base : entries.getLast().id();
    }

    boolean holds(EntryId id) {
      return id.equals(base) || entries.stream().anyMatch(entry -> entry.id().equals(id));
    }

    /** The entries after {@code index}, which is not before the base. */
    List<Entry> after(long index) {
      return entries.stream().filter(entry -> entry.index() > index).toList();
    }

    private State after(HardState next) {
      return new State(next, base, entries);
    }

    private State after(LogSlice slice) {
      List<Entry> all = new ArrayList<>(entries);
      all.removeIf(entry -> entry.index() > slice.prev().index());
      all.addAll(slice.entries());
      return new State(hardState, base, List.copyOf(all));
    }
  }

  private static final GroupId GROUP = new GroupId(1);
  private static final Membership MEMBERS =
      new Membership(List.of(new NodeId(1), new NodeId(2), new NodeId(3)));
  private static final long TAIL_ENTRIES = 3;

  private final FaultyDirectory disk;
  private final Random random;
  private final List<State> states = new ArrayList<>(List.of(State.NEW));
  private final List<SnapshotMeta> offered = new ArrayList<>();
  private int forced;
  private long commit; // ≤ the last forced entry
  private @Nullable SnapshotMeta durable; // the latest snapshot that is published
  private SnapshotStore store;
  private Wal wal;

  /** A new data directory; {@code disk} may cut the power at once. */
  private CrashLife(FaultyDirectory disk, long seed) {
    this.disk = disk;
    this.random = new Random(seed);
    this.store = SnapshotStore.open(disk);
    this.wal = open(disk, store, false);
  }

  /** What a power cut left of a life, with all that is needed to judge it. */
  record Cut(List<State> possible, List<SnapshotMeta> offered, @Nullable SnapshotMeta durable) {
    /** The power went out before the directory had an identity. */
    static final Cut NOTHING = new Cut(List.of(State.NEW), List.of(), null);
  }

  /** Lives until all is done or the power goes out. */
  static Cut run(FaultyDirectory disk, long seed, int steps) {
    CrashLife life = null;
    try {
      life = new CrashLife(disk, seed);
      for (int i = 0; i < steps; i++) {
        life.step();
      }
      life.wal.close();
      life.forced = life.states.size() - 1;
    } catch (PowerCut expected) {
      if (life == null) {
        return Cut.NOTHING;
      }
    }
    List<State> possible = List.copyOf(life.states.subList(life.forced, life.states.size()));
    return new Cut(possible, List.copyOf(life.offered), life.durable);
  }

  /** Opens the log as a node does. */
  static Wal open(FaultyDirectory disk, SnapshotStore store, boolean hasPeers) {
    DataDirectory data =
        DataDirectory.open(
            disk, new ClusterId(7), new NodeId(2), new WalConfig(8192, 4096), () -> 0x77);
    SliceCodec codec = new SliceCodec();
    return data.openLog(GROUP, codec, store.hadAny(), told -> hasPeers, Runnable::run);
  }

  private State state() {
    return states.getLast();
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0 -> vote();
      case 1, 2, 3, 4 -> append();
      case 5, 6, 7 -> force();
      case 8 -> replaceTail();
      case 9 -> takeSnapshot();
      case 10 -> {
        if (random.nextInt(3) == 0) {
          receiveSnapshot();
        }
      }
      default -> restart();
    }
  }

  private void vote() {
    HardState now = state().hardState();
    NodeId candidate = new NodeId(1 + random.nextInt(3));
    HardState next = new HardState(now.term() + 1, random.nextBoolean() ? candidate : null);
    write(state().after(next), new Ready.Persist(1, next, null));
  }

  private void append() {
    if (state().hardState().term() == 0) {
      vote();
    }
    write(slice(state().last(), 1 + random.nextInt(4)));
  }

  /** A leader of a later term overwrites what is not committed. */
  private void replaceTail() {
    List<Entry> open = state().after(commit);
    if (!open.isEmpty()) {
      vote();
      long at = open.get(random.nextInt(open.size())).index() - 1;
      EntryId prev =
          state().entries().stream()
              .map(Entry::id)
              .filter(id -> id.index() == at)
              .findFirst()
              .orElse(state().base());
      write(slice(prev, 1 + random.nextInt(3)));
    }
  }

  private LogSlice slice(EntryId prev, int count) {
    long term = state().hardState().term();
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(1500) : random.nextInt(90)];
      random.nextBytes(bytes);
      if (random.nextInt(4) == 0) {
        Arrays.fill(bytes, (byte) 0);
      }
      EntryId id = new EntryId(term, prev.index() + i);
      entries.add(new Entry(id, new Payload.Command(Bytes.wrap(bytes))));
    }
    return new LogSlice(prev, entries);
  }

  private void write(LogSlice slice) {
    write(state().after(slice), new Ready.Persist(1, null, slice));
  }

  private void write(State next, Ready.Persist persist) {
    states.add(next);
    wal.append(persist);
  }

  private void force() {
    wal.force();
    forced = states.size() - 1;
    long held = state().last().index() - commit;
    if (held > 0) {
      commit += random.nextInt((int) held + 1);
    }
  }

  private void takeSnapshot() {
    EntryId last =
        states.get(forced).entries().stream()
            .map(Entry::id)
            .filter(id -> id.index() == commit)
            .findFirst()
            .orElse(EntryId.ZERO);
    if (last.index() == 0 || (durable != null && last.index() <= durable.last().index())) {
      return;
    }
    byte[] content = new byte[random.nextInt(3000)];
    random.nextBytes(content);
    SnapshotMeta meta = image(last, content).list().getFirst();
    offered.add(meta);
    durable = store.write(last, MEMBERS, capture(content));
    release();
  }

  private static StateMachine.Capture capture(byte[] content) {
    return sink -> sink.write(Bytes.wrap(content));
  }

  /** The same snapshot on another disk: what it will be, and where a leader has it from. */
  private static SnapshotStore image(EntryId last, byte[] content) {
    SnapshotStore other = SnapshotStore.open(new FaultyDirectory());
    other.write(last, MEMBERS, capture(content));
    return other;
  }

  /** Lets go of what a node would let go of. */
  private void release() {
    EntryId latest = durable == null ? EntryId.ZERO : durable.last();
    EntryId oldest = store.release(latest);
    long to = Math.min(oldest.index(), latest.index() - TAIL_ENTRIES);
    state().entries().stream()
        .map(Entry::id)
        .filter(id -> id.index() == to)
        .findFirst()
        .ifPresent(wal::release);
  }

  /** What a leader sends lies behind this log. */
  private void receiveSnapshot() {
    long term = Math.max(1, state().hardState().term());
    EntryId last = new EntryId(term, state().last().index() + 5);
    byte[] content = new byte[500 + random.nextInt(2000)];
    random.nextBytes(content);
    SnapshotStore leader = image(last, content);
    SnapshotMeta meta = leader.list().getFirst();
    offered.add(meta);
    long offset = 0;
    while (offset < meta.bytes()) {
      Bytes chunk = leader.read(meta, offset, 700);
      store.store(new Store(meta, offset, chunk));
      offset += chunk.length();
    }
    if (!store.finish(meta)) {
      throw new IllegalStateException("a snapshot was not received as it was sent: " + meta);
    }
    durable = meta;
    commit = last.index();
    HardState now = state().hardState();
    HardState next = now.term() < term ? new HardState(term, null) : now;
    states.add(new State(next, last, List.of()));
    wal.append(new Ready.Persist(1, null, last, null));
    force();
    release();
  }

  /** The process ends and begins anew, cleanly or not; what it wrote is kept. */
  private void restart() {
    if (random.nextBoolean()) {
      wal.close();
      forced = states.size() - 1;
    } else {
      wal.force();
      forced = states.size() - 1;
    }
    store.close();
    store = SnapshotStore.open(disk);
    wal = open(disk, store, false);
    Snapshots.connect(store, wal, found -> true, false, (level, text) -> {});
  }
}
