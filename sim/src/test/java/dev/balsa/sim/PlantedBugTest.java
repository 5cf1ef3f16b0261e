package dev.balsa.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.sim.Campaign.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A user's own state machine under the simulator, and a bug in it that the simulator finds. */
class PlantedBugTest {
  /**
   * Counts; the bug: it forgets that a command raises the count after its process has restarted.
   */
  private static final class Counter implements StateMachine<Long> {
    private final boolean forgetful;
    private long count;

    Counter(boolean forgetful) {
      this.forgetful = forgetful;
    }

    @Override
    public List<Long> apply(List<Committed> commands) {
      List<Long> results = new ArrayList<>();
      for (Committed command : commands) {
        count += forgetful && command.id().index() == 7 ? 0 : 1;
        results.add(count);
      }
      return results;
    }
  }

  /** Counts, and has snapshots; the bug: they forget the last count. */
  private static final class Archive implements StateMachine<Long> {
    private final boolean forgetful;
    private long count;

    Archive(boolean forgetful) {
      this.forgetful = forgetful;
    }

    @Override
    public List<Long> apply(List<Committed> commands) {
      return commands.stream().map(command -> ++count).toList();
    }

    @Override
    public Capture capture() {
      long kept = forgetful ? count - 1 : count;
      return sink -> sink.write(Bytes.utf8(Long.toString(kept)));
    }

    @Override
    public void restore(Source source) {
      count = Long.parseLong(Objects.requireNonNull(source.read()).toUtf8());
    }
  }

  private static final class ArchiveLoad implements Load<Long, Archive> {
    private final boolean forgetful;
    private int requests;

    ArchiveLoad(boolean forgetful) {
      this.forgetful = forgetful;
    }

    @Override
    public Archive machine() {
      return new Archive(forgetful);
    }

    @Override
    public long fingerprint(Archive machine) {
      return machine.count;
    }

    @Override
    public Request<Long, Archive> next(long client, long moment, SplitMix random) {
      return new Request.Write<>(Bytes.utf8("count " + ++requests));
    }
  }

  private static final class CounterLoad implements Load<Long, Counter> {
    private final int machinesWithoutBug;
    private int machines;
    private int requests;

    CounterLoad(int machinesWithoutBug) {
      this.machinesWithoutBug = machinesWithoutBug;
    }

    @Override
    public Counter machine() {
      return new Counter(machines++ >= machinesWithoutBug);
    }

    @Override
    public long fingerprint(Counter machine) {
      return machine.count;
    }

    @Override
    public Request<Long, Counter> next(long client, long moment, SplitMix random) {
      return new Request.Write<>(
          Bytes.utf8("count " + ++requests),
          new Request.Answer<>() {
            @Override
            public void done(Long value, long at) {
              BrokenPromise.require(value > 0, "counted to %s", value);
            }

            @Override
            public void refused() {}
          });
    }
  }

  @Test
  void aSoundMachinePasses() {
    Campaign<Long, Counter> campaign =
        new Campaign<>(() -> new CounterLoad(Integer.MAX_VALUE), Hosting.IN_MEMORY);

    campaign.run(1, 50, () -> true);

    assertThat(campaign.failures()).isEmpty();
  }

  @Test
  void aReplicaThatDivergesAfterARestartIsFoundAndItsPlanShrinks() {
    Campaign<Long, Counter> campaign = new Campaign<>(() -> new CounterLoad(8), Hosting.IN_MEMORY);

    campaign.run(1, 20, () -> campaign.failures().isEmpty());
    Failure failure = campaign.failures().getFirst();
    Failure smaller = campaign.shrink(failure, () -> true);

    assertThat(failure.reason()).contains("has another state than others at ");
    assertThat(smaller.plan().faults().size()).isLessThan(failure.plan().faults().size());
    Failure again = campaign.attempt(Scenario.parse(Scenario.text(smaller.plan())));
    assertThat(Objects.requireNonNull(again)).isEqualTo(smaller);
  }

  @Test
  void aMachineWithSoundSnapshotsPasses() {
    Campaign<Long, Archive> campaign =
        new Campaign<>(() -> new ArchiveLoad(false), Hosting.IN_MEMORY);

    campaign.run(1, 30, () -> true);

    assertThat(campaign.failures()).isEmpty();
    assertThat(campaign.figures().installs()).isPositive();
  }

  @Test
  void aSnapshotThatForgetsIsFound() {
    Campaign<Long, Archive> campaign =
        new Campaign<>(() -> new ArchiveLoad(true), Hosting.IN_MEMORY);

    campaign.run(1, 10, () -> campaign.failures().isEmpty());

    assertThat(campaign.failures().getFirst().reason())
        .contains("has another state than others at ")
        .contains("after a snapshot");
  }

  /** A disk that comes back empty, under a node that goes on as who it was. */
  @Test
  void aNodeThatVotesAsItsFormerSelfAfterItsDiskWasLostIsFound() {
    Hosting forgetting = seed -> node -> new ForgettingStorage();
    Campaign<Long, Registers> campaign = new Campaign<>(RegisterLoad::new, forgetting);

    campaign.run(1, 20, () -> campaign.failures().isEmpty());

    assertThat(campaign.failures()).isNotEmpty();
  }

  /** What the leader counts or clients were promised is gone with the disk. */
  private static final class ForgettingStorage extends StorageThatPasses {
    @Override
    public void stop(Loss loss, SplitMix random) {
      if (loss == Loss.POWER && random.nextBetween(0, 3) == 0) {
        replace(new MemoryStorage());
      } else {
        super.stop(loss, random);
      }
    }
  }
}
