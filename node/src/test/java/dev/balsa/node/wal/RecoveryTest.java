package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.CONFIG;
import static dev.balsa.node.wal.WalFixture.FIRST;
import static dev.balsa.node.wal.WalFixture.GROUP;
import static dev.balsa.node.wal.WalFixture.IDENTITY;
import static dev.balsa.node.wal.WalFixture.SECOND;
import static dev.balsa.node.wal.WalFixture.THIRD;
import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.entries;
import static dev.balsa.node.wal.WalFixture.formatted;
import static dev.balsa.node.wal.WalFixture.open;
import static dev.balsa.node.wal.WalFixture.slice;
import static dev.balsa.node.wal.WalFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.Identity;
import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.wal.RecordHeader.EntryPlace;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Restored;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** One test for each {@link RecoveryCase}, and a few for cases with two faces. */
class RecoveryTest {
  /** Records 1 and 2 are term and vote, 3 to 5 entries of one record each, 64 + 37 + 400 + 1. */
  private static final int RECORD_3 = 4096 + 128 + 128;

  private static final int RECORD_4 = RECORD_3 + 512;
  private static final int RECORD_5 = RECORD_4 + 512;
  private static final int END = RECORD_5 + 512;

  private final FaultyDirectory disk = formatted();

  /** A log with three entries, each forced on its own, of a node that was killed. */
  private void writeThree() {
    Wal wal = open(disk);
    wal.append(vote(1, 1));
    wal.force();
    for (int i = 0; i < 3; i++) {
      wal.append(append(new EntryId(i == 0 ? 0 : 1, i), 1, 1, 400));
      wal.force();
    }
  }

  /** A log over three segments. */
  private void writeSegments() {
    try (Wal wal = open(disk)) {
      wal.append(vote(1, 1));
      for (int i = 0; i < 9; i++) {
        wal.append(append(new EntryId(i == 0 ? 0 : 1, i), 1, 1, 1000));
        wal.force();
      }
    }
  }

  @Test
  void empty() {
    try (Wal wal = open(disk)) {
      assertThat(wal.recovery().found()).isEqualTo(RecoveryCase.EMPTY);
      assertThat(wal.restored()).isEqualTo(Restored.NOTHING);
    }
  }

  @Test
  void clean() {
    writeThree();

    try (Wal wal = open(disk)) {
      assertThat(wal.recovery())
          .isEqualTo(new RecoveryReport(RecoveryCase.CLEAN, "/simulated/" + FIRST, END));
      assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 3, 400).entries());
    }
  }

  @Test
  void tornTailIsCutAndNamed() {
    writeThree();
    zero(RECORD_5 + 200, END);

    try (Wal wal = open(disk)) {
      assertThat(wal.recovery())
          .isEqualTo(
              new RecoveryReport(RecoveryCase.TORN_TAIL_CUT, "/simulated/" + FIRST, RECORD_5));
      assertThat(wal.recovery())
          .hasToString(
              "/simulated/" + FIRST + " at offset 5376: a write that was never forced was cut");
      assertThat(entries(wal)).isEqualTo(slice(EntryId.ZERO, 1, 2, 400).entries());
    }
    assertThat(Arrays.copyOfRange(disk.bytes(FIRST), RECORD_5 + 128, 8192)).containsOnly((byte) 0);
  }

  @Test
  void aTailWhoseFirstSectorWasLostIsCut() {
    writeThree();
    byte[] bytes = disk.bytes(FIRST);
    Arrays.fill(bytes, RECORD_5, RECORD_5 + 256, (byte) 0);
    disk.put(FIRST, bytes);

    try (Wal wal = open(disk)) {
      assertThat(wal.recovery().found()).isEqualTo(RecoveryCase.TORN_TAIL_CUT);
      assertThat(wal.last()).isEqualTo(new EntryId(1, 2));
    }
  }

  @Test
  void unfinishedSegmentIsRemoved() {
    writeThree();
    disk.put("0000000000000003.new", new byte[100]);

    try (Wal wal = open(disk)) {
      assertThat(wal.recovery().found()).isEqualTo(RecoveryCase.HALF_CREATED_REMOVED);
      assertThat(entries(wal)).hasSize(3);
    }
    assertThat(disk.list()).doesNotContain("0000000000000003.new");
  }

  @Test
  void aNamedSegmentThatNeverGotItsContentIsRemoved() {
    writeThree();
    disk.put(SECOND, new byte[8192]);

    try (Wal wal = open(disk)) {
      assertThat(wal.recovery().found()).isEqualTo(RecoveryCase.HALF_CREATED_REMOVED);
      assertThat(entries(wal)).hasSize(3);
    }
  }

  @Test
  void missingLogIsRefused() {
    assertRefused(new FaultyDirectory(), RecoveryCase.LOG_MISSING, FIRST);
  }

  @Test
  void missingSegmentIsRefused() {
    writeSegments();
    disk.lose(SECOND);

    assertRefused(disk, RecoveryCase.SEGMENT_MISSING, SECOND);
  }

  @Test
  void missingFirstSegmentIsRefused() {
    writeSegments();
    disk.lose(FIRST);

    assertRefused(disk, RecoveryCase.SEGMENT_MISSING, FIRST);
  }

  @Test
  void cutSegmentIsRefused() {
    writeSegments();
    disk.put(SECOND, Arrays.copyOf(disk.bytes(SECOND), 5000));

    assertRefused(disk, RecoveryCase.SEGMENT_CUT, SECOND + " at offset 5000");
  }

  @Test
  void damagedSegmentHeaderIsRefused() {
    writeSegments();
    disk.flip(SECOND, 20, 1);

    assertRefused(disk, RecoveryCase.SEGMENT_HEADER_DAMAGED, SECOND + " at offset 0");
  }

  @Test
  void foreignSegmentIsRefused() {
    writeSegments();
    Identity former = new Identity(IDENTITY.cluster(), IDENTITY.node(), new IncarnationId(0x78));
    SegmentFile.create(disk, former, 2, CONFIG.segmentBytes()).close();

    assertRefused(disk, RecoveryCase.FOREIGN_SEGMENT, "incarnation 78");
  }

  @Test
  void aSegmentUnderAnothersNameIsRefused() {
    writeSegments();
    disk.put(SECOND, disk.bytes(THIRD));

    assertRefused(disk, RecoveryCase.FOREIGN_SEGMENT, "segment 3 found");
  }

  @Test
  void newerFormatIsRefused() {
    byte[] bytes = disk.bytes(FIRST);
    bytes[11] = 2;
    ByteBuffer.wrap(bytes).putInt(4092, SliceCodec.crc(bytes, 0, 4092));
    disk.put(FIRST, bytes);

    assertRefused(disk, RecoveryCase.NEWER_FORMAT, "format 2 found, this version reads 1");
  }

  @Test
  void damageThatALaterRecordProvesIsRefused() {
    writeThree();
    zero(RECORD_3 + 200, RECORD_4);

    assertRefused(disk, RecoveryCase.DAMAGED_BEFORE_TAIL, FIRST + " at offset " + RECORD_3);
  }

  @Test
  void damageThatALaterSegmentProvesIsRefused() {
    writeSegments();
    byte[] bytes = disk.bytes(FIRST);
    Arrays.fill(bytes, 7000, 8192, (byte) 0);
    disk.put(FIRST, bytes);

    assertRefused(disk, RecoveryCase.DAMAGED_BEFORE_TAIL, FIRST);
  }

  @Test
  void damageToAFullyWrittenLastRecordIsRefused() {
    writeThree();
    disk.flip(FIRST, RECORD_5 + 300, 4);

    assertRefused(disk, RecoveryCase.DAMAGED_AT_TAIL, FIRST + " at offset " + RECORD_5);
  }

  @Test
  void aRecordWrittenToTheWrongPlaceIsRefused() {
    writeThree();
    byte[] bytes = disk.bytes(FIRST);
    System.arraycopy(bytes, RECORD_4, bytes, END, 512);
    disk.put(FIRST, bytes);

    assertRefused(disk, RecoveryCase.DAMAGED_AT_TAIL, FIRST + " at offset " + END);
  }

  @Test
  void aRecordLongerThanItsSegmentIsRefusedWithoutAllocatingIt() {
    writeThree();
    put(END, RecordHeader.ENTRIES, 6, new byte[0], Integer.MAX_VALUE - 5000);

    assertRefused(disk, RecoveryCase.RECORD_TOO_LONG, "2147478647 bytes found, 2304 are left");
  }

  @Test
  void aRecordThatSkipsANumberIsRefused() {
    writeThree();
    put(END, RecordHeader.MARK, 7, new byte[0], 0);

    assertRefused(disk, RecoveryCase.RECORD_OUT_OF_ORDER, "record 7 found, record 6 wanted");
  }

  @Test
  void entriesThatLeaveAGapAreRefused() {
    writeThree();
    byte[] body = body(slice(new EntryId(1, 4), 1, 1, 5));
    put(END, RecordHeader.ENTRIES, 6, body, body.length);

    assertRefused(disk, RecoveryCase.RECORD_OUT_OF_ORDER, "after 1/4 found");
  }

  @Test
  void aSegmentWithoutTermAndVoteIsRefused() {
    byte[] body = body(slice(EntryId.ZERO, 1, 1, 5));
    put(4096, RecordHeader.ENTRIES, 1, body, body.length);

    assertRefused(disk, RecoveryCase.HARD_STATE_MISSING, FIRST + " at offset 4096");
  }

  @Test
  void entriesOfALaterTermThanOnDiskAreRefused() {
    writeThree();
    byte[] body = body(slice(new EntryId(1, 3), 2, 1, 5));
    put(END, RecordHeader.ENTRIES, 6, body, body.length);

    assertRefused(disk, RecoveryCase.HARD_STATE_MISSING, "entry 2/4 found at term 1");
  }

  @Test
  void aSecondVoteInOneTermIsRefused() {
    writeThree();
    byte[] body = RecordBody.bytes(new HardState(1, new NodeId(5)));
    put(END, RecordHeader.HARD_STATE, 6, body, body.length);

    assertRefused(
        disk,
        RecoveryCase.HARD_STATE_REGRESSED,
        "term 1 with a vote for 5 found after term 1 with a vote for 1");
  }

  @Test
  void aTermThatGoesBackIsRefused() {
    writeThree();
    byte[] body = RecordBody.bytes(HardState.INITIAL);
    put(END, RecordHeader.HARD_STATE, 6, body, body.length);

    assertRefused(disk, RecoveryCase.HARD_STATE_REGRESSED, "term 0 with no vote found");
  }

  @Test
  void aRecordOfUnknownTypeIsRefused() {
    writeThree();
    put(END, (byte) 9, 6, new byte[3], 3);

    assertRefused(disk, RecoveryCase.RECORD_UNKNOWN, "record type 9");
  }

  @Test
  void aRecordOfAnotherGroupIsRefused() {
    writeThree();

    assertThatThrownBy(() -> WalFixture.open(disk, new GroupId(5), false))
        .hasMessageContaining("group 0 found, group 5 wanted");
  }

  /**
   * Every flipped bit in a log that was closed cleanly is refused by name or changes nothing but
   * free space; no entry, term or vote is ever lost or altered.
   */
  @Test
  void noFlippedBitIsEverTakenForTheTruth() {
    Wal wal = open(disk);
    wal.append(vote(1, 1));
    wal.append(append(EntryId.ZERO, 1, 3, 400));
    wal.close();
    WalScript.State whole = restored(disk);
    int refused = 0;
    int length = disk.bytes(FIRST).length;

    for (int at = 0; at < length; at++) {
      for (int mask : new int[] {1 << at % 8, 0xff}) {
        FaultyDirectory damaged = disk.copy();
        damaged.flip(FIRST, at, mask);
        try {
          assertThat(restored(damaged)).as("offset %s", at).isEqualTo(whole);
        } catch (StorageException e) {
          refused++;
          assertThat(e).hasMessageContaining("/simulated/" + FIRST + " at offset ");
        }
      }
    }
    assertThat(refused).isGreaterThan(2 * (4096 + 128 + 128 + 1300));
  }

  private static WalScript.State restored(FaultyDirectory disk) {
    try (Wal wal = open(disk)) {
      return WalScript.State.of(wal);
    }
  }

  private void zero(int from, int to) {
    byte[] bytes = disk.bytes(FIRST);
    Arrays.fill(bytes, from, to, (byte) 0);
    disk.put(FIRST, bytes);
  }

  /** Writes a record whose checksums are right. */
  private void put(int offset, byte type, long number, byte[] body, int length) {
    byte[] bytes = disk.bytes(FIRST);
    ByteBuffer out = ByteBuffer.wrap(bytes).position(offset);
    long first = type == RecordHeader.ENTRIES && body.length > 0 ? 1 + prevIndex(body) : 0;
    long term = type == RecordHeader.ENTRIES && body.length > 0 ? lastTerm(body) : 0;
    new RecordHeader(
            length,
            type,
            GROUP,
            number,
            number - 1,
            new EntryPlace(first, term),
            SliceCodec.crc(body, 0, body.length))
        .write(out, new Place(IDENTITY.incarnation().value(), 1, offset));
    out.put(body).put(RecordHeader.END);
    disk.put(FIRST, bytes);
  }

  private static long prevIndex(byte[] body) {
    return ByteBuffer.wrap(body).getLong(16);
  }

  private static long lastTerm(byte[] body) {
    return ByteBuffer.wrap(body).getLong(24);
  }

  private static byte[] body(LogSlice slice) {
    ByteBuffer body = new SliceCodec().encode(slice).body();
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  private static void assertRefused(FaultyDirectory disk, RecoveryCase what, String detail) {
    FaultyDirectory before = disk.copy();
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(what.text())
        .hasMessageContaining(detail)
        .hasMessageContaining(
            what == RecoveryCase.NEWER_FORMAT ? "start the newer version" : "restore the data");
    for (String name : before.list()) {
      assertThat(disk.bytes(name)).as("%s is untouched", name).isEqualTo(before.bytes(name));
    }
  }
}
