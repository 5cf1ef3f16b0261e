package dev.balsa.sim;

import dev.balsa.raft.Entry;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StoredLog;
import java.util.List;

/** The lightest disk: nothing but the judges' account of it. A crash keeps a prefix of writes. */
public final class MemoryStorage implements Storage, StoredLog {
  private final Medium medium = new Medium();
  private Trouble trouble = Trouble.NONE;

  /** An empty disk. */
  public MemoryStorage() {}

  @Override
  public Restored open() {
    return medium.restored();
  }

  @Override
  public StoredLog log() {
    return this;
  }

  @Override
  public void write(Ready.Persist persist) {
    if (trouble == Trouble.FULL) {
      throw new StorageStopped("no space left on device");
    }
    medium.write(persist);
  }

  @Override
  public void force() {
    if (trouble == Trouble.FORCE_FAILS) {
      trouble = Trouble.NONE;
      throw new StorageStopped("input/output error");
    }
    medium.force();
  }

  @Override
  public void stop(Loss loss, SplitMix random) {
    switch (loss) {
      case PROCESS -> medium.force(); // the machine's kernel writes it in its own time
      case POWER -> {
        long writes = random.nextBetween(0, 4);
        while (writes-- > 0 && medium.arriveNext()) {}
        medium.arriveTorn(random.nextBetween(0, 4));
      }
    }
    medium.loseRest();
  }

  @Override
  public void trouble(Trouble next) {
    trouble = next;
  }

  @Override
  public Medium medium() {
    return medium;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    List<Entry> log = medium.log();
    long bytes = 0;
    int end = Math.toIntExact(from) - 1;
    do {
      bytes += log.get(end).bytes();
      end++;
    } while (end < to && bytes + log.get(end).bytes() <= bytesMax);
    return List.copyOf(log.subList(Math.toIntExact(from) - 1, end));
  }
}
