package dev.balsa.node.codec;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Turns slices into bytes and back, and remembers the last few of them by object identity: the same
 * slice object goes to the log and to every peer, and on a follower from the wire to the log, so
 * each is encoded once or not at all. Not thread-safe; each {@code Loop} owns one.
 */
public final class SliceCodec {
  /** The body format this class writes, and the only one it reads. */
  public static final int FORMAT = 1;

  private static final int HEADER_BYTES = 24;
  private static final int ENTRY_BYTES = 13;
  private static final byte NO_OP = 0;
  private static final byte COMMAND = 1;
  private static final byte CONFIGURATION = 2;

  /** How many slices are remembered; a turn of the loop handles few. */
  private static final int REMEMBERED = 16;

  private final @Nullable LogSlice[] slices = new @Nullable LogSlice[REMEMBERED];
  private final @Nullable EncodedSlice[] bodies = new @Nullable EncodedSlice[REMEMBERED];
  private int next;

  /** A codec that remembers nothing yet. */
  public SliceCodec() {}

  /**
   * The bytes of {@code slice}; no work if it was encoded or decoded lately.
   *
   * @throws IllegalArgumentException if the body would not fit in 2 GiB
   */
  @SuppressWarnings("ReferenceEquality") // comparing contents would cost as much as encoding
  public EncodedSlice encode(LogSlice slice) {
    for (int i = 0; i < REMEMBERED; i++) {
      EncodedSlice body = bodies[i];
      if (slices[i] == slice && body != null) {
        return body;
      }
    }
    byte[] array = write(slice);
    return remember(slice, new EncodedSlice(array, 0, array.length, crc(array, 0, array.length)));
  }

  /**
   * Reads a body that came with its checksum. The slice's commands share {@code array}, which must
   * not be written to afterwards.
   *
   * @param crc the CRC32C that came beside the body
   * @throws MalformedException if the checksum differs or the bytes are no slice
   */
  public LogSlice decode(byte[] array, int offset, int length, int crc) throws MalformedException {
    int found = crc(array, offset, length);
    if (found != crc) {
      throw new MalformedException(
          "slice body has checksum %08x, its container says %08x".formatted(found, crc));
    }
    LogSlice slice = parse(array, offset, length);
    remember(slice, new EncodedSlice(array, offset, length, crc));
    return slice;
  }

  /**
   * Reads a body whose checksum the caller has verified. The slice's commands share {@code array}.
   *
   * @throws MalformedException if the bytes are no slice
   */
  public static LogSlice parse(byte[] array, int offset, int length) throws MalformedException {
    Objects.checkFromIndexSize(offset, length, array.length);
    if (length < HEADER_BYTES) {
      throw new MalformedException(
          "slice body has %d bytes, needs at least %d".formatted(length, HEADER_BYTES));
    }
    ByteBuffer in = ByteBuffer.wrap(array, offset, length);
    int format = in.getInt();
    if (format != FORMAT << 24) {
      throw new MalformedException(
          "slice body starts with %08x, wanted %08x".formatted(format, FORMAT << 24));
    }
    int count = in.getInt();
    if (count < 0 || count > (length - HEADER_BYTES) / ENTRY_BYTES) {
      throw new MalformedException(
          "slice body of %d bytes cannot hold %s entries"
              .formatted(length, Integer.toUnsignedString(count)));
    }
    EntryId prev = id(in.getLong(), in.getLong());
    List<Entry> entries = new ArrayList<>(count);
    EntryId before = prev;
    for (int i = 0; i < count; i++) {
      Entry entry = entry(in, array, before);
      entries.add(entry);
      before = entry.id();
    }
    if (in.hasRemaining()) {
      throw new MalformedException(
          "slice body has %d bytes after its last entry".formatted(in.remaining()));
    }
    return new LogSlice(prev, entries);
  }

  /** How many entries a body of this length can hold at most. */
  public static long entriesMax(int length) {
    return Math.max(0, length - HEADER_BYTES) / ENTRY_BYTES;
  }

  /** CRC32C of a part of {@code array}. */
  public static int crc(byte[] array, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(array, offset, length);
    return (int) crc.getValue();
  }

  private EncodedSlice remember(LogSlice slice, EncodedSlice body) {
    slices[next] = slice;
    bodies[next] = body;
    next = (next + 1) % REMEMBERED;
    return body;
  }

  private static byte[] write(LogSlice slice) {
    long length = HEADER_BYTES;
    for (Entry entry : slice.entries()) {
      length += ENTRY_BYTES + entry.payload().bytes();
    }
    if (length > Integer.MAX_VALUE - 4096) {
      throw new IllegalArgumentException("slice body of %d bytes is over 2 GiB".formatted(length));
    }
    ByteBuffer out = ByteBuffer.allocate((int) length);
    out.putInt(FORMAT << 24).putInt(slice.entries().size());
    out.putLong(slice.prev().term()).putLong(slice.prev().index());
    for (Entry entry : slice.entries()) {
      out.putLong(entry.term());
      switch (entry.payload()) {
        case Payload.NoOp() -> out.put(NO_OP).putInt(0);
        case Payload.Command(Bytes data) -> {
          out.put(COMMAND).putInt(data.length());
          data.writeTo(out::put);
        }
        case Payload.Configuration(Membership membership) -> {
          out.put(CONFIGURATION).putInt(MembershipCodec.length(membership));
          MembershipCodec.write(membership, out);
        }
      }
    }
    return out.array();
  }

  private static Entry entry(ByteBuffer in, byte[] array, EntryId before)
      throws MalformedException {
    if (in.remaining() < ENTRY_BYTES) {
      throw new MalformedException(
          "entry after %s has %d of %d header bytes"
              .formatted(before, in.remaining(), ENTRY_BYTES));
    }
    long term = in.getLong();
    byte kind = in.get();
    int length = in.getInt();
    if (term <= 0 || term < before.term() || before.index() == Long.MAX_VALUE) {
      throw new MalformedException("entry after %s has term %d".formatted(before, term));
    }
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException(
          "entry after %s says %s bytes, %d are left"
              .formatted(before, Integer.toUnsignedString(length), in.remaining()));
    }
    EntryId id = new EntryId(term, before.index() + 1);
    int start = in.position();
    in.position(start + length);
    return new Entry(id, payload(id, kind, array, start, length));
  }

  private static Payload payload(EntryId id, byte kind, byte[] array, int start, int length)
      throws MalformedException {
    if (kind == COMMAND) {
      return new Payload.Command(Bytes.wrap(array, start, length));
    }
    if (kind == NO_OP && length == 0) {
      return new Payload.NoOp();
    }
    if (kind == CONFIGURATION) {
      return new Payload.Configuration(MembershipCodec.read(ByteBuffer.wrap(array, start, length)));
    }
    throw new MalformedException(
        ("entry %s has kind %d with %d bytes, wanted a no-op (0, empty), a command (1) or a"
                + " configuration (2)")
            .formatted(id, kind, length));
  }

  private static EntryId id(long term, long index) throws MalformedException {
    if (term < 0 || index < 0 || (term == 0) != (index == 0)) {
      throw new MalformedException("prev %d/%d is no place in a log".formatted(term, index));
    }
    return new EntryId(term, index);
  }
}
