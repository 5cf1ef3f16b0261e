package dev.balsa.raft.trace;

import dev.balsa.raft.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file piece by piece, as it comes, and checks what can be checked without looking into the
 * segments. Not thread-safe; of no use any more once it has thrown.
 */
public final class TraceReader {
  /** More than a writer puts into one block, by far. */
  private static final int BLOCK_BYTES_MAX = 8 << 20;

  private static final int LINE_BYTES_MAX = 32;

  private byte[] bytes = new byte[1 << 16];
  private int begin;
  private int end;
  private boolean inside; // after a line and before its end block
  private long blocks;
  private Trace.@Nullable Recording open; // whose segments come

  private final List<Trace.Recording> recordings = new ArrayList<>();
  private final List<byte[]> segments = new ArrayList<>(); // of the open one
  private final List<Trace.Note> notes = new ArrayList<>();
  private final List<Trace.Absent> absent = new ArrayList<>();

  /** A reader at the beginning of a file. */
  public TraceReader() {}

  /**
   * Takes the next bytes of the file.
   *
   * @throws TraceException if this is no trace, or a damaged or newer one
   */
  public void feed(byte[] part) {
    hold(part);
    boolean more = true;
    while (more) {
      more = inside ? block() : line();
    }
  }

  private void hold(byte[] part) {
    if (end + part.length > bytes.length) {
      byte[] held = Arrays.copyOfRange(bytes, begin, end);
      end = held.length;
      begin = 0;
      bytes = Arrays.copyOf(held, Math.max(2 * end, end + part.length));
    }
    for (byte each : part) {
      bytes[end++] = each;
    }
  }

  private boolean line() {
    int stop = begin;
    while (stop < end && bytes[stop] != '\n') {
      stop++;
    }
    if (stop == end && end - begin < LINE_BYTES_MAX) {
      return false;
    }
    StringBuilder line = new StringBuilder();
    for (int i = begin; i < Math.min(stop, begin + LINE_BYTES_MAX); i++) {
      line.append((char) (bytes[i] & 0xff));
    }
    if (!line.toString().startsWith(TraceWriter.LINE)) {
      throw new TraceException("does not begin with %s", TraceWriter.LINE.strip());
    }
    String version = line.substring(TraceWriter.LINE.length());
    if (!version.equals(String.valueOf(Trace.VERSION))) {
      throw new TraceException(
          "has version %s and can be read by the Balsa that wrote it; this one reads version %s",
          version, Trace.VERSION);
    }
    begin = stop + 1;
    inside = true;
    blocks = 0;
    return true;
  }

  private boolean block() {
    if (end - begin < TraceWriter.HEAD_BYTES) {
      return false;
    }
    int size = int32(begin + 1);
    if (size < 0 || size > BLOCK_BYTES_MAX) {
      throw new TraceException("is damaged: a part of it says it has %s bytes", size);
    }
    int from = begin + TraceWriter.HEAD_BYTES;
    if (end - from < size) {
      return false;
    }
    if (Crc.of(bytes, from, from + size) != int32(begin + 5)) {
      throw new TraceException("is damaged: part %s does not match its checksum", blocks + 1);
    }
    int kind = bytes[begin];
    byte[] payload = Arrays.copyOfRange(bytes, from, from + size);
    begin = from + size;
    take(kind, payload);
    blocks++;
    return true;
  }

  private int int32(int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private void take(int kind, byte[] payload) {
    TraceIn in = new TraceIn(payload);
    switch (kind) {
      case TraceWriter.RECORDING -> {
        close();
        NodeId node = new NodeId(in.fixed());
        open = new Trace.Recording(node, text(in), text(in), text(in), List.of());
      }
      case TraceWriter.SEGMENT -> {
        if (open == null) {
          throw new TraceException("has a part that belongs to no node");
        }
        segments.add(payload);
      }
      case TraceWriter.NOTE -> notes.add(new Trace.Note(in.signed(), text(in)));
      case TraceWriter.ABSENT -> absent.add(new Trace.Absent(text(in), text(in)));
      case TraceWriter.END -> {
        if (in.count() != blocks) {
          throw new TraceException("is damaged: parts of it are missing");
        }
        close();
        inside = false;
      }
      default -> throw new TraceException("has a part of the unknown kind %s", kind);
    }
  }

  private static String text(TraceIn in) {
    return in.text(TraceWriter.TEXT_BYTES_MAX);
  }

  private void close() {
    Trace.Recording it = open;
    if (it != null) {
      recordings.add(
          new Trace.Recording(it.node(), it.name(), it.source(), it.version(), segments));
      segments.clear();
      open = null;
    }
    if (recordings.size() > Trace.RECORDINGS_MAX) {
      throw new TraceException("has more than %s nodes", Trace.RECORDINGS_MAX);
    }
  }

  /**
   * Everything, once the whole file was fed.
   *
   * @throws TraceException if its end is missing
   */
  public Trace finish() {
    if (inside || begin < end) {
      throw new TraceException("is incomplete: its end is missing");
    }
    if (recordings.isEmpty()) {
      throw new TraceException("has no recording of any node");
    }
    return new Trace(recordings, notes, absent);
  }
}
