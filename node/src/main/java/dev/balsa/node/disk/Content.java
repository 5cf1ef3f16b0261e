package dev.balsa.node.disk;

import dev.balsa.node.disk.FaultyDirectory.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A simulated file's bytes, whatever its names are. Guarded by its directory. */
final class Content {
  byte[] now = new byte[0];
  byte[] durable = new byte[0];
  final List<int[]> dirty = new ArrayList<>();
  final List<byte[]> dirtyBytes = new ArrayList<>();

  /** What was written is durable. */
  void force() {
    dirty.forEach(d -> copy(now, durable, d[0], d[1]));
    forget();
  }

  /** Nobody will write what was written. */
  void forget() {
    dirty.clear();
    dirtyBytes.clear();
  }

  /** The power fails; what was not forced is lost as {@code loss} says. */
  void lose(Loss loss, Random random) {
    byte[] left = durable.clone();
    switch (loss) {
      case ALL -> {}
      case NONE -> dirty.forEach(d -> copy(now, left, d[0], d[1]));
      case PREFIX -> losePrefix(left, random);
      case SECTORS -> loseSectors(left, random);
    }
    forget();
    durable = left;
    now = left.clone();
  }

  private void loseSectors(byte[] left, Random random) {
    for (int at = 0; at < left.length; at += FaultyDirectory.SECTOR_BYTES) {
      int sector = at;
      int end = at + FaultyDirectory.SECTOR_BYTES;
      boolean touched = dirty.stream().anyMatch(d -> d[0] < end && d[1] > sector);
      if (touched && random.nextBoolean()) {
        copy(now, left, at, Math.min(end, left.length));
      }
    }
  }

  private void losePrefix(byte[] left, Random random) {
    int total = dirtyBytes.stream().mapToInt(b -> b.length).sum();
    int keep = random.nextInt(total + 1);
    for (int i = 0; i < dirty.size(); i++) {
      byte[] bytes = dirtyBytes.get(i);
      int count = Math.min(keep, bytes.length);
      System.arraycopy(bytes, 0, left, dirty.get(i)[0], count);
      keep -= count;
    }
  }

  private static void copy(byte[] from, byte[] to, int start, int end) {
    System.arraycopy(from, start, to, start, end - start);
  }
}
