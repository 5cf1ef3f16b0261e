package dev.balsa.node.wal;

import static dev.balsa.node.wal.WalFixture.append;
import static dev.balsa.node.wal.WalFixture.formatted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.raft.EntryId;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log says of its space while a segment is in the making elsewhere. */
final class SegmentStockTest {
  private final FaultyDirectory disk = formatted();
  private final ArrayDeque<Runnable> attempts = new ArrayDeque<>();
  private final Wal wal = open(disk, WalFixture.CONFIG, attempts::add);

  private static Wal open(FaultyDirectory disk, WalConfig config, Executor executor) {
    return Wal.open(
        disk, WalFixture.IDENTITY, WalFixture.GROUP, config, new SliceCodec(), executor, false);
  }

  @AfterEach
  void close() {
    attempts.forEach(Runnable::run);
    wal.close();
  }

  @Test
  void anAttemptUnderWayDoesNotMakeAFullDiskHaveSpace() {
    disk.full(true);
    attempts.remove().run();
    long room = wal.room();

    wal.shared().seekRoom();
    wal.shared().seekRoom();

    assertThat(room).isPositive().isLessThan(WalFixture.CONFIG.segmentBytes());
    assertThat(attempts).hasSize(1);
    assertThat(wal.room()).isEqualTo(room);
    attempts.remove().run();
    assertThat(wal.room()).isEqualTo(room);
  }

  @Test
  void anAttemptThatFindsSpaceEndsTheWant() {
    disk.full(true);
    attempts.remove().run();
    assertThat(wal.room()).isLessThan(Long.MAX_VALUE);
    disk.full(false);
    wal.shared().seekRoom();

    attempts.remove().run();

    assertThat(wal.room()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatOthersNeedOnTheDiskIsNoSpaceOfTheLog() {
    long segment = WalFixture.CONFIG.segmentBytes();
    FaultyDirectory shared = formatted();
    shared.usable(segment + 999);
    try (Wal sparing = open(shared, WalFixture.CONFIG.withReserve(1_000), Runnable::run)) {
      assertThat(sparing.room()).isLessThan(segment);

      shared.usable(segment + 1_000);
      sparing.shared().seekRoom();
      assertThat(sparing.room()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void nothingWaitsForTheNextSegmentWhileThisOneHasMuchRoom() {
    wal.append(WalFixture.vote(1, 1));

    assertThat(wal.room()).isEqualTo(Long.MAX_VALUE);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void whatNearlyFillsTheSegmentIsTakenOnlyOnceItIsKnownWhetherAnotherOneFits() throws Exception {
    disk.full(true);
    wal.append(WalFixture.vote(1, 1));
    wal.append(append(EntryId.ZERO, 1, 5, 500));
    Thread maker = new Thread(attempts.remove());

    maker.start(); // before or while the log waits for it
    long room = wal.room();
    maker.join();

    assertThat(room).isLessThan(WalFixture.CONFIG.segmentBytes() / 4);
  }
}
