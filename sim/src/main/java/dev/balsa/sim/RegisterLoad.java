package dev.balsa.sim;

import dev.balsa.raft.LeaseRules;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.SplitMix;
import dev.balsa.sim.History.Kind;
import dev.balsa.sim.History.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of {@link Registers}, whose whole histories are judged: each register by itself, since a
 * set of objects is linearizable if each of them is (Herlihy and Wing 1990, locality).
 */
public final class RegisterLoad implements Load<Long, Registers> {
  /**
   * Registers in use at one time; later requests go to later ones, so that histories stay short.
   */
  private static final int BUSY = 4;

  private static final int REQUESTS_EACH = 24;

  private final List<History> histories = new ArrayList<>();
  private long requests;
  private long lastValue;

  private final LeaseRules lease;

  /** No request yet; reads are confirmed by a majority. */
  public RegisterLoad() {
    this(LeaseRules.OFF);
  }

  /** The same, but reads may rest on the leader's lease. */
  public RegisterLoad(LeaseRules lease) {
    this.lease = lease;
  }

  @Override
  public RaftConfig configure(RaftConfig planned) {
    return planned.withLease(lease);
  }

  @Override
  public Registers machine() {
    return new Registers();
  }

  @Override
  public long fingerprint(Registers machine) {
    return machine.fingerprint();
  }

  @Override
  public Request<Long, Registers> next(long client, long moment, SplitMix random) {
    int first = (int) (requests++ / REQUESTS_EACH);
    int register = first + (int) random.nextBetween(0, BUSY);
    while (histories.size() <= register) {
      histories.add(new History());
    }
    History history = histories.get(register);
    return switch ((int) random.nextBetween(0, 5)) {
      case 0, 1 -> read(register, history.invoke(Kind.READ, 0, 0, moment));
      case 2, 3 -> {
        Operation put = history.invoke(Kind.PUT, 0, ++lastValue, moment);
        int padding = (int) random.nextBetween(0, 60);
        yield new Request.Write<>(
            Registers.put(register, put.value, padding), answer(put, put::answer));
      }
      default -> {
        Operation cas = history.invoke(Kind.CAS, history.recent(random), ++lastValue, moment);
        yield new Request.Write<>(
            Registers.cas(register, cas.expected, cas.value), answer(cas, cas::answer));
      }
    };
  }

  private Request<Long, Registers> read(int register, Operation read) {
    return new Request.Read<>(
        answer(read, (registers, moment) -> read.answer(registers.value(register), moment)),
        lease.enabled() ? ReadMode.LEASE : ReadMode.LINEARIZABLE);
  }

  private interface Done<T> {
    void done(T value, long moment);
  }

  private static <T> Request.Answer<T> answer(Operation operation, Done<T> done) {
    return new Request.Answer<>() {
      @Override
      public void done(T value, long moment) {
        done.done(value, moment);
      }

      @Override
      public void refused() {
        operation.refuse();
      }
    };
  }

  @Override
  public long judge() {
    long judged = 0;
    for (int register = 0; register < histories.size(); register++) {
      History history = histories.get(register);
      judged += history.answered();
      Linearizability.Verdict verdict = Linearizability.check(history.operations());
      BrokenPromise.require(
          verdict == Linearizability.Verdict.LINEARIZABLE,
          "register %s: %s history %s",
          register,
          verdict,
          history);
    }
    return judged;
  }
}
