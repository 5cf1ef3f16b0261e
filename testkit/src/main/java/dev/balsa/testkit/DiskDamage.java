package dev.balsa.testkit;

import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.Storage.Damage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes bytes that were forced. A bit may change anywhere that was written. A whole sector is
 * lost or misplaced only where the log can know that it was forced: in snapshots, and in records
 * that a later one calls forced. At the very end of the log such a loss looks like a write that the
 * power cut off, and nothing on one disk could tell the two apart.
 */
final class DiskDamage {
  private static final int SECTOR = FaultyDirectory.SECTOR_BYTES;
  private static final int BLOCK = 4096;
  private static final int RECORD_ALIGN = 64;
  private static final int MAGIC_AT = 56;
  private static final long MAGIC = 0x42414c5341524543L; // see the package dev.balsa.node.wal

  private final FaultyDirectory disk;
  private final SplitMix random;
  private final List<Area> areas = new ArrayList<>();
  private long forced; // the greatest record number that another record calls forced

  /** Bytes of a file that may change, and up to where whole sectors may. */
  private record Area(String name, Bytes bytes, int end, int provenEnd) {}

  private record Found(long number, int offset) {}

  DiskDamage(FaultyDirectory disk, SplitMix random) {
    this.disk = disk;
    this.random = random;
  }

  /** Does one damage; false if there is nothing to damage so. */
  boolean inflict(Damage damage) {
    survey();
    List<Area> fit =
        areas.stream().filter(a -> damage == Damage.FLIP ? a.end() > 0 : sectors(a) > 0).toList();
    if (fit.isEmpty()) {
      return false;
    }
    Area area = fit.get(draw(fit.size()));
    return switch (damage) {
      case FLIP -> {
        int offset = draw(area.end());
        yield change(area, offset, new byte[] {(byte) (area.bytes().at(offset) ^ (1 << draw(8)))});
      }
      case ZERO -> change(area, sector(area), new byte[SECTOR]);
      case MISDIRECT -> {
        Area source = fit.get(draw(fit.size()));
        int from = sector(source);
        yield change(area, sector(area), source.bytes().slice(from, from + SECTOR).toByteArray());
      }
    };
  }

  private boolean change(Area area, int offset, byte[] bytes) {
    boolean changes =
        !area.bytes().slice(offset, offset + bytes.length).equals(Bytes.copyOf(bytes));
    if (changes) {
      disk.overwrite(area.name(), offset, bytes);
    }
    return changes;
  }

  private static int sectors(Area area) {
    return area.provenEnd() / SECTOR;
  }

  private int sector(Area area) {
    return SECTOR * draw(sectors(area));
  }

  private int draw(int bound) {
    return (int) random.nextBetween(0, bound);
  }

  private void survey() {
    List<String> names = disk.names();
    List<String> segments = names.stream().filter(name -> name.endsWith(".wal")).toList();
    List<List<Found>> records = new ArrayList<>();
    for (String name : segments) {
      records.add(records(disk.bytes(name)));
    }
    for (String name : names) {
      byte[] bytes = disk.bytes(name);
      if (name.endsWith(".snapshot") || name.equals(KeptMachine.NAME)) {
        areas.add(new Area(name, Bytes.wrap(bytes), bytes.length, bytes.length));
      } else if (segments.contains(name)) {
        List<Found> found = records.get(segments.indexOf(name));
        if (!found.isEmpty()) {
          areas.add(new Area(name, Bytes.wrap(bytes), written(bytes), proven(found)));
        }
      }
    }
  }

  /** The records of a segment, the last one aside: nothing follows that could vouch for it. */
  private List<Found> records(byte[] bytes) {
    List<Found> found = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int at = BLOCK;
    while (at + RECORD_ALIGN <= bytes.length && in.getLong(at + MAGIC_AT) == MAGIC) {
      found.add(new Found(in.getLong(at + 16), at));
      forced = Math.max(forced, in.getLong(at + 24));
      int length = RECORD_ALIGN + in.getInt(at) + 1;
      if (length <= 0 || length > bytes.length - at) {
        break;
      }
      at += (length + RECORD_ALIGN - 1) / RECORD_ALIGN * RECORD_ALIGN;
    }
    return found;
  }

  private int proven(List<Found> records) {
    for (Found record : records) {
      if (record.number() > forced) {
        return record.offset();
      }
    }
    return records.getLast().offset();
  }

  private static int written(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }
}
