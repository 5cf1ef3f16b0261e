package dev.balsa.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.FaultyDirectory;
import dev.balsa.node.snapshot.SnapshotStore;
import dev.balsa.node.wal.DataDirectory;
import dev.balsa.node.wal.Wal;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.ReadBasis;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the applier answers; its thread is the test's, which ends with the stop left last. */
class ApplierTest {
  private final List<Throwable> failures = new ArrayList<>();
  private final Applier<Long, Counter> applier =
      new Applier<>(new Counter(), snapshots(), () -> {}, failures::add);

  private static Snapshots snapshots() {
    FaultyDirectory disk = new FaultyDirectory();
    Wal wal =
        DataDirectory.open(disk, new ClusterId(1), new NodeId(1), new WalConfig(8192, 4096))
            .openLog(new GroupId(1), new SliceCodec(), false);
    return new Snapshots(
        SnapshotStore.open(disk),
        wal,
        SnapshotTriggers.DEFAULT,
        () -> {},
        new SnapshotThread(cause -> {}));
  }

  @Test
  void aCommandIsAnsweredWithTheResultOfItsOwnEntry() {
    var one = place(1, 2, "1", "2");

    run(noOp(1, 1), command(1, 2, "1"), command(1, 3, "2"));

    assertThat(one.get(0).join()).isEqualTo(new Outcome.Applied<>(new EntryId(1, 2), 1L));
    assertThat(one.get(1).join()).isEqualTo(new Outcome.Applied<>(new EntryId(1, 3), 3L));
  }

  @Test
  void aCommandWhosePlaceAnotherTermTookIsRefused() {
    var lost = place(1, 2, "5");

    run(noOp(1, 1), noOp(2, 2));

    assertThat(lost.getFirst().join()).isEqualTo(new Outcome.Refused<>(Refusal.LEADER_CHANGED));
  }

  @Test
  void ofTwoClaimsToOneIndexTheCommittedTermWins() {
    var old = place(1, 1, "1");
    var young = place(2, 1, "2");

    run(command(1, 1, "1"));

    assertThat(old.getFirst().join()).isEqualTo(new Outcome.Applied<>(new EntryId(1, 1), 1L));
    assertThat(young.getFirst().join()).isEqualTo(new Outcome.Refused<>(Refusal.LEADER_CHANGED));
  }

  @Test
  void theTailOfABatchIsRefusedAsSoonAsALaterTermIsAppliedBeforeIt() {
    var batch = place(1, 1, "1", "2", "3");

    run(command(1, 1, "1"), noOp(2, 2));

    assertThat(batch.get(0).join()).isInstanceOf(Outcome.Applied.class);
    assertThat(batch.get(1).join()).isEqualTo(new Outcome.Refused<>(Refusal.LEADER_CHANGED));
    assertThat(batch.get(2).join()).isEqualTo(new Outcome.Refused<>(Refusal.LEADER_CHANGED));
  }

  @Test
  void aBatchMaySpanSeveralPages() {
    var batch = place(1, 1, "1", "2", "3");

    applier.apply(List.of(command(1, 1, "1")));
    run(command(1, 2, "2"), command(1, 3, "3"));

    assertThat(batch)
        .extracting(CompletableFuture::join)
        .containsExactly(
            new Outcome.Applied<>(new EntryId(1, 1), 1L),
            new Outcome.Applied<>(new EntryId(1, 2), 3L),
            new Outcome.Applied<>(new EntryId(1, 3), 6L));
  }

  @Test
  void aPlaceLearnedAfterItWasAppliedIsUnknown() {
    applier.apply(List.of(command(1, 1, "1")));
    var late = place(1, 1, "1");

    run(command(1, 2, "2"));

    assertThat(late.getFirst().join()).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void aReadRunsOnceItsIndexIsAppliedAndNotBefore() {
    List<Long> seen = new ArrayList<>();
    applier.query(2, List.of(query(seen)), ReadBasis.STALE);

    applier.apply(List.of(command(1, 1, "1")));
    run(command(1, 2, "2"));

    assertThat(seen).containsExactly(3L);
  }

  @Test
  void aReadOfEntriesThatTheMachineNeedNotKnowOfWaitsForNoOthers() {
    List<Long> seen = new ArrayList<>();
    applier.begin(new EntryId(1, 5));
    applier.query(5, List.of(query(seen)), ReadBasis.STALE);

    applier.stop();
    applier.run();

    assertThat(seen).containsExactly(0L);
  }

  @Test
  void whatIsLeftAfterTheEndIsAnsweredByStopped() {
    run(noOp(1, 1));

    var late = place(1, 2, "1");
    List<Long> seen = new ArrayList<>();
    applier.query(0, List.of(query(seen)), ReadBasis.STALE);

    assertThat(late.getFirst().join()).isInstanceOf(Outcome.Stopped.class);
    assertThat(seen).containsExactly(-1L);
  }

  @Test
  void aBrokenStateMachineAnswersWhatWaitsAndWhatIsQueued() {
    var poisoned = place(1, 1, "no number");
    applier.apply(List.of(command(1, 1, "no number")));
    var queued = place(1, 2, "1");

    run(command(1, 2, "1"));

    assertThat(failures).singleElement().isInstanceOf(NumberFormatException.class);
    assertThat(poisoned.getFirst().join()).isInstanceOf(Outcome.Stopped.class);
    assertThat(queued.getFirst().join()).isInstanceOf(Outcome.Stopped.class);
  }

  private void run(Entry... entries) {
    applier.apply(List.of(entries));
    applier.stop();
    applier.run();
  }

  private List<CompletableFuture<Outcome<Long>>> place(long term, long index, String... commands) {
    List<Intake.Submission<Long>> submissions = new ArrayList<>();
    for (String command : commands) {
      submissions.add(new Intake.Submission<>(Bytes.utf8(command), new CompletableFuture<>()));
    }
    applier.place(new EntryId(term, index), submissions);
    return submissions.stream().map(Intake.Submission::outcome).toList();
  }

  /** Adds the sum it sees, or -1 if it is told that the applier stopped. */
  private static Applier.Query<Counter> query(List<Long> seen) {
    return new Applier.Query<>() {
      @Override
      public ReadMode mode() {
        return ReadMode.LINEARIZABLE;
      }

      @Override
      public boolean isGivenUp() {
        return false;
      }

      @Override
      public void run(Counter machine, long applied, ReadBasis basis) {
        seen.add(machine.sum());
      }

      @Override
      public void refused(Refusal reason) {
        throw new AssertionError("the applier refuses nothing: " + reason);
      }

      @Override
      public void stopped() {
        seen.add(-1L);
      }
    };
  }

  private static Entry command(long term, long index, String text) {
    return new Entry(new EntryId(term, index), new Payload.Command(Bytes.utf8(text)));
  }

  private static Entry noOp(long term, long index) {
    return new Entry(new EntryId(term, index), new Payload.NoOp());
  }
}
