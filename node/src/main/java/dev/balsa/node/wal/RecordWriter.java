package dev.balsa.node.wal;

import dev.balsa.node.codec.EncodedSlice;
import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * Where the next record goes: collects records in memory, hands them to the kernel, and forces the
 * segment that they lie in. Knows what is durable, and writes that into every record.
 */
final class RecordWriter {
  /** This part of a segment stays free of commands when no other can follow it. */
  private static final int RESERVE_PART = 8;

  /** What a record takes beside its entries, at most: header, slice, end and padding. */
  private static final int RECORD_OVERHEAD_BYTES = 192;

  private static final byte[] PADDING = new byte[RecordHeader.BYTES];

  private final long incarnation;
  private final ByteBuffer staging;

  private SegmentFile segment;
  private long staged; // offset in the segment of the staging buffer's first byte
  private long nextNumber;
  private long durable; // last record number known to be forced, < nextNumber
  private long forces;
  private long bytesWritten;
  private LongConsumer forceObserver = nanos -> {};

  RecordWriter(long incarnation, Recovery.Recovered recovered, int stagingBytes) {
    this.incarnation = incarnation;
    this.staging = ByteBuffer.allocateDirect(stagingBytes);
    this.segment = recovered.segments().getLast();
    this.staged = recovered.tail();
    this.nextNumber = recovered.nextNumber();
    this.durable = nextNumber - 1;
  }

  /** The segment that the next record lies in. */
  SegmentFile segment() {
    return segment;
  }

  /** The offset in the segment of the next record. */
  long tail() {
    return staged + staging.position();
  }

  /** How many bytes of entries this segment takes beside a reserve for all else. */
  long room() {
    long size = segment.size();
    return Math.max(0, size - size / RESERVE_PART - tail() - RECORD_OVERHEAD_BYTES);
  }

  /** Whether the segment has no record yet. */
  boolean isAtStart() {
    return tail() == SegmentFile.BLOCK_BYTES;
  }

  /** Whether this log was ever written to. */
  boolean hasRecords() {
    return nextNumber > 1;
  }

  /** Goes on in another segment; all before is forced. */
  void turnTo(SegmentFile next) {
    segment = next;
    staged = SegmentFile.BLOCK_BYTES;
  }

  /** Adds a record. */
  void write(GroupId group, byte type, EntryPlace entry, byte[] body) {
    ByteBuffer bytes = ByteBuffer.wrap(body);
    int crc = RecordBody.crc(bytes.duplicate());
    write(new RecordHeader(body.length, type, group, nextNumber, durable, entry, crc), bytes);
  }

  /** Adds a record of entries. */
  void write(GroupId group, byte type, EntryPlace entry, EncodedSlice slice) {
    write(
        new RecordHeader(slice.length(), type, group, nextNumber, durable, entry, slice.crc()),
        slice.body());
  }

  private void write(RecordHeader header, ByteBuffer body) {
    if (staging.remaining() < RecordHeader.BYTES) {
      flush();
    }
    header.write(staging, new Place(incarnation, segment.number(), tail()));
    stage(body);
    stage(ByteBuffer.wrap(new byte[] {RecordHeader.END}));
    int padding = (int) (header.recordBytes() - RecordHeader.BYTES - header.length() - 1);
    stage(ByteBuffer.wrap(PADDING, 0, padding));
    nextNumber++;
  }

  private void stage(ByteBuffer source) {
    while (source.hasRemaining()) {
      if (!staging.hasRemaining()) {
        flushSectors();
      }
      int count = Math.min(staging.remaining(), source.remaining());
      staging.put(staging.position(), source, source.position(), count);
      staging.position(staging.position() + count);
      source.position(source.position() + count);
    }
  }

  /** Makes every record durable, by one force, or none if all are. */
  void force() {
    if (durable == nextNumber - 1) {
      return;
    }
    flush();
    long start = System.nanoTime();
    segment.file().force();
    forceObserver.accept(System.nanoTime() - start);
    forces++;
    durable = nextNumber - 1;
  }

  /** Whether records wait in memory. */
  boolean isStaging() {
    return staging.position() > 0;
  }

  /** Hands what waits in memory, which ends with a record, to the kernel. */
  void flush() {
    flush(staging.position());
  }

  /**
   * The same in the middle of a record: whole sectors only. If the disk got half a sector now and
   * the rest of the record later, a power cut in between would leave a record that looks as if all
   * of it had been written and damaged since.
   */
  private void flushSectors() {
    flush(staging.position() - (int) (tail() % RecordBody.SECTOR_BYTES));
  }

  private void flush(int count) {
    int end = staging.position();
    segment.file().write(staging.limit(count).rewind(), staged);
    staging.limit(end).position(count).compact();
    staged += count;
    bytesWritten += count;
  }

  long forces() {
    return forces;
  }

  long bytesWritten() {
    return bytesWritten;
  }

  void observeForces(LongConsumer observer) {
    forceObserver = observer;
  }
}
