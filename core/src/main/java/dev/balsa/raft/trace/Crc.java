package dev.balsa.raft.trace;

/** The CRC-32 of IEEE 802.3, in ints only, so that it is fast in a browser, too. */
final class Crc {
  private static final int[] TABLE = table();

  private Crc() {}

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
      }
      table[i] = crc;
    }
    return table;
  }

  static int of(byte[] bytes, int from, int to) {
    int crc = ~0;
    for (int i = from; i < to; i++) {
      crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
    }
    return ~crc;
  }
}
