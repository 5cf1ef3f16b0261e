package dev.balsa.node;

import dev.balsa.node.disk.FaultyDirectory;
import java.util.Arrays;

/** What is done to one byte of a file. */
enum ByteDamage {
  BIT {
    @Override
    byte[] to(byte[] bytes, int at) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      return damaged;
    }
  },
  ZERO {
    @Override
    byte[] to(byte[] bytes, int at) {
      byte[] damaged = bytes.clone();
      damaged[at] = 0;
      return damaged;
    }
  },
  SWAP {
    @Override
    byte[] to(byte[] bytes, int at) {
      byte[] damaged = bytes.clone();
      int next = (at + 1) % bytes.length;
      damaged[at] = bytes[next];
      damaged[next] = bytes[at];
      return damaged;
    }
  },
  TRUNCATE {
    @Override
    byte[] to(byte[] bytes, int at) {
      return Arrays.copyOf(bytes, at);
    }
  },
  /** Two sectors change places, as by writes that went astray; once a sector. */
  SECTOR_SWAP {
    @Override
    byte[] to(byte[] bytes, int at) {
      byte[] damaged = bytes.clone();
      int sector = FaultyDirectory.SECTOR_BYTES;
      if (at % sector == 0 && at + 2 * sector <= bytes.length) {
        System.arraycopy(bytes, at, damaged, at + sector, sector);
        System.arraycopy(bytes, at + sector, damaged, at, sector);
      }
      return damaged;
    }
  };

  abstract byte[] to(byte[] bytes, int at);
}
