package dev.balsa.raft.trace;

import java.util.Arrays;

/** Puts recordings into the form of a file. Not thread-safe. */
public final class TraceWriter {
  static final String LINE = "balsa-trace ";
  static final int RECORDING = 1;
  static final int SEGMENT = 2;
  static final int NOTE = 3;
  static final int ABSENT = 4;
  static final int END = 5;
  static final int HEAD_BYTES = 9;
  static final int TEXT_BYTES_MAX = 2_000;

  private byte[] bytes = new byte[1 << 16];
  private int length;
  private int blocks;

  /** A file without any recording yet. */
  public TraceWriter() {
    String line = LINE + Trace.VERSION + "\n";
    for (int i = 0; i < line.length(); i++) {
      put(line.charAt(i));
    }
  }

  /** Adds what a node's recorder kept. Texts longer than 500 characters are cut. */
  public TraceWriter add(Trace.Recording recording) {
    TraceOut head = new TraceOut().fixed(recording.node().value());
    text(head, recording.name());
    text(head, recording.source());
    text(head, recording.version());
    block(RECORDING, head);
    recording.segments().forEach(segment -> block(SEGMENT, segment));
    return this;
  }

  /** Adds what was found. */
  public TraceWriter add(Trace.Note note) {
    TraceOut out = new TraceOut().signed(note.at());
    text(out, note.text());
    return block(NOTE, out);
  }

  /** Adds that a node is missing. */
  public TraceWriter add(Trace.Absent absent) {
    TraceOut out = new TraceOut();
    text(out, absent.name());
    text(out, absent.reason());
    return block(ABSENT, out);
  }

  /** A char has at most four bytes in UTF-8. */
  private static void text(TraceOut out, String text) {
    out.text(text.substring(0, Math.min(text.length(), TEXT_BYTES_MAX / 4)));
  }

  /** The whole file; nothing can be added any more. */
  public byte[] finish() {
    block(END, new TraceOut().count(blocks));
    return Arrays.copyOf(bytes, length);
  }

  private TraceWriter block(int kind, TraceOut payload) {
    block(kind, payload.toByteArray());
    return this;
  }

  private void block(int kind, byte[] payload) {
    blocks++;
    put(kind);
    put32(payload.length);
    put32(Crc.of(payload, 0, payload.length));
    ensure(payload.length);
    for (byte each : payload) {
      bytes[length++] = each;
    }
  }

  private void put32(int number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      put(number >>> shift);
    }
  }

  private void put(int one) {
    ensure(1);
    bytes[length++] = (byte) one;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
    }
  }
}
