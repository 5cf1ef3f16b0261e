package dev.balsa.testkit;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.BrokenPromise;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Storage;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The machines of one world, each with a real log on a simulated disk, and the real codecs. In a
 * third of all worlds state machines keep their state on that disk by themselves; in half of the
 * others a log that is damaged is cut and filled again by the peers, else its machine is replaced.
 */
public final class WholeNodes implements Hosting.Machines {
  /** Whole nodes for a world. */
  public static final Hosting HOSTING = WholeNodes::new;

  private final WalConfig config;
  private final long shortWrites; // 0 for whole ones
  private final boolean keeps; // the machines' state by themselves
  private final boolean repairs; // damaged logs, from peers
  private final Map<NodeId, WalStorage> storages = new TreeMap<>();

  private WholeNodes(long seed) {
    SplitMix random = new SplitMix(~seed);
    long segmentBytes = 4096 * random.nextBetween(2, 17);
    config = new WalConfig(segmentBytes, 4096);
    shortWrites = random.nextBetween(0, 4) == 0 ? random.nextLong() : 0;
    keeps = random.nextBetween(0, 3) == 0;
    repairs = !keeps && random.nextBetween(0, 2) == 0;
  }

  @Override
  public Storage storage(NodeId node) {
    WalStorage storage = new WalStorage(node, config, keeps);
    if (repairs) {
      storage.repairFromPeers();
    }
    if (shortWrites != 0) {
      storage.writeShort(shortWrites + node.value());
    }
    storages.put(node, storage);
    return storage;
  }

  @Override
  public Message carry(NodeId from, NodeId to, Message message) {
    byte[] frame = storage(storages.get(from)).wire().encode(message);
    try {
      return storage(storages.get(to)).wire().decode(frame);
    } catch (MalformedException e) {
      throw new BrokenPromise(
          "what %s encodes %s cannot read: %s, %s".formatted(from, to, message, e.getMessage()));
    }
  }

  private static WalStorage storage(@Nullable WalStorage storage) {
    return Objects.requireNonNull(storage, "a message of a node without a disk");
  }
}
