package dev.balsa.server.rpc;

import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvResult;
import dev.balsa.node.ChangeOutcome;
import dev.balsa.node.Consistency;
import dev.balsa.node.NodeStatus;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Refusal;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.backend.ServerMachine;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls to the backend and their outcomes back. An answer is sent by the thread that applied
 * the command: between the socket and the log there is no other thread of ours. Thread-safe.
 */
public final class Requests {
  /** etcd's bound on how far applying may lag behind before writes are refused. */
  private static final long UNAPPLIED_MAX = 5_000;

  private final Backend backend;
  private final Deadlines deadlines;
  private final int requestBytesMax;
  private final Quota quota;
  private final LongAdder proposalsPending = new LongAdder();
  private final LongAdder proposalsFailed = new LongAdder();

  /**
   * Refuses commands of more than {@code requestBytesMax} encoded bytes, and those that would
   * exceed {@code quota}.
   */
  public Requests(Backend backend, Deadlines deadlines, int requestBytesMax, Quota quota) {
    this.backend = backend;
    this.deadlines = deadlines;
    this.requestBytesMax = requestBytesMax;
    this.quota = quota;
  }

  /** The largest command, encoded. */
  int requestBytesMax() {
    return requestBytesMax;
  }

  /** Writes that have not been answered yet. */
  public long proposalsPending() {
    return proposalsPending.sum();
  }

  /** Writes that were answered with an error since the start. */
  public long proposalsFailed() {
    return proposalsFailed.sum();
  }

  /** Replicates a command of the call that runs, and answers with what it came to. */
  public <A> void write(
      Command command, StreamObserver<A> observer, Function<? super KvResult.Done, A> answer) {
    write(Login.CURRENT.get().caller(), command, observer, answer);
  }

  /** Replicates a command on behalf of {@code caller} and answers with what it came to. */
  public <A> void write(
      Caller caller,
      Command command,
      StreamObserver<A> observer,
      Function<? super KvResult.Done, A> answer) {
    write(CommandCodec.encode(Command.As.of(caller, command)), observer, answer);
  }

  /** Replicates an encoded command and answers with what it came to. */
  public <A> void write(
      Bytes command, StreamObserver<A> observer, Function<? super KvResult.Done, A> answer) {
    if (command.length() > requestBytesMax) {
      observer.onError(EtcdError.REQUEST_TOO_LARGE.exception());
      return;
    }
    Once once = Once.current();
    if (quota.isExceededBy(command)) {
      // In a session the alarm's rule refuses it, or the answer that it has already is told.
      Runnable then =
          once == null
              ? () -> observer.onError(EtcdError.NO_SPACE.exception())
              : () -> propose(once, command, observer, answer);
      propose(null, quota.alarm(), new Afterwards(then), done -> done);
      return;
    }
    propose(once, command, observer, answer);
  }

  private <A> void propose(
      @Nullable Once once,
      Bytes command,
      StreamObserver<A> observer,
      Function<? super KvResult.Done, A> answer) {
    NodeStatus status = backend.status();
    if (status.raft().commit() - status.applied() > UNAPPLIED_MAX) {
      observer.onError(EtcdError.TOO_MANY_REQUESTS.exception());
      return;
    }
    Bytes submitted =
        once == null
            ? command
            : ServerMachine.session(once.of(command, Math.max(0, System.currentTimeMillis())));
    proposalsPending.increment();
    new Write<>(submitted, once != null, observer, answer).start();
  }

  /** Goes on as soon as the alarm is raised, or cannot be. */
  private record Afterwards(Runnable then) implements StreamObserver<KvResult.Done> {
    @Override
    public void onNext(KvResult.Done raised) {
      then.run();
    }

    @Override
    public void onError(Throwable error) {
      then.run();
    }

    @Override
    public void onCompleted() {
      // It went on already.
    }
  }

  /** Asks the state machine and answers with what it says. */
  public <A, T> void read(
      Consistency consistency,
      Function<? super ServerMachine, ? extends T> query,
      StreamObserver<A> observer,
      Function<? super T, A> answer) {
    new Read<A, T>(consistency, query, observer, answer).start();
  }

  /**
   * Changes the membership and answers with what it is then.
   *
   * @param guard what forbids the change, given what members have told of themselves, or null;
   *     looked at before each attempt
   * @param answer from the new membership and what its members have told of themselves
   */
  <A> void reconfigure(
      Change change,
      Function<? super ServerMachine, @Nullable EtcdError> guard,
      StreamObserver<A> observer,
      BiFunction<? super Membership, ? super ServerMachine, A> answer) {
    new Reconfigure<A>(change, guard, observer, answer).start();
  }

  private final class Reconfigure<A> extends Call<A> {
    private final Change change;
    private final Function<? super ServerMachine, @Nullable EtcdError> guard;
    private final BiFunction<? super Membership, ? super ServerMachine, A> answer;

    Reconfigure(
        Change change,
        Function<? super ServerMachine, @Nullable EtcdError> guard,
        StreamObserver<A> observer,
        BiFunction<? super Membership, ? super ServerMachine, A> answer) {
      super(observer, deadlines);
      this.change = change;
      this.guard = guard;
      this.answer = answer;
    }

    @Override
    void attempt() {
      ask(machine -> Optional.ofNullable(guard.apply(machine)), this::guarded);
    }

    @Override
    void withdraw() {} // nothing is held: the core answers every request in bounded time

    private void guarded(Optional<EtcdError> error) {
      if (error.isPresent()) {
        fail(error.get().exception());
      } else {
        follow(backend.reconfigure(List.of(change)), this::settle);
      }
    }

    private void settle(ChangeOutcome outcome) {
      switch (outcome) {
        case ChangeOutcome.Done(Membership membership) -> tell(membership);
        case ChangeOutcome.Refused(Refusal reason) when reason == Refusal.NOTHING_TO_CHANGE ->
            tell(backend.members());
        case ChangeOutcome.Refused(Refusal reason) -> refused(reason);
        case ChangeOutcome.Unknown unknown -> fail(EtcdError.TIMEOUT_LEADER_FAILED.exception());
        case ChangeOutcome.Stopped stopped -> fail(EtcdError.STOPPED.exception());
      }
    }

    private void tell(Membership membership) {
      ask(machine -> answer.apply(membership, machine), this::answer);
    }

    /** Looks at this member's own state, as etcd does for all that surrounds a change. */
    private <T> void ask(Function<? super ServerMachine, T> question, Consumer<T> then) {
      follow(
          backend.<T>read(Consistency.STALE, question),
          outcome -> {
            switch (outcome) {
              case ReadOutcome.Served<T>(var value, var index, var path, var age) ->
                  then.accept(value);
              case ReadOutcome.Refused<T>(var reason) -> refused(reason);
              case ReadOutcome.Stopped<T>() -> fail(EtcdError.STOPPED.exception());
            }
          });
    }
  }

  private final class Write<A> extends Call<A> {
    private final Bytes command;

    /** Whether asking again cannot do it twice. */
    private final boolean once;

    private volatile boolean mayBeDone; // by an attempt whose outcome is unknown; written by settle

    private final Function<? super KvResult.Done, A> answer;

    /** Written by who attempts, read by who times out. */
    private volatile @Nullable CompletableFuture<Outcome<KvResult>> pending;

    Write(
        Bytes command,
        boolean once,
        StreamObserver<A> observer,
        Function<? super KvResult.Done, A> answer) {
      super(observer, deadlines);
      this.command = command;
      this.once = once;
      this.answer = answer;
    }

    @Override
    void attempt() {
      CompletableFuture<Outcome<KvResult>> attempt = backend.submit(command);
      pending = attempt;
      follow(attempt, this::settle);
    }

    @Override
    void withdraw() {
      CompletableFuture<Outcome<KvResult>> attempt = pending;
      if (attempt != null) {
        attempt.complete(new Outcome.Unknown<>("the request timed out"));
      }
    }

    @Override
    void ended(boolean failed) {
      proposalsPending.decrement();
      if (failed) {
        proposalsFailed.increment();
      }
    }

    /** An expired session says that nothing will be done, not that nothing was. */
    private boolean isLeftOpen(KvResult.Failed failed) {
      return mayBeDone && failed.error() == KvResult.KvError.SESSION_EXPIRED;
    }

    private void settle(Outcome<KvResult> outcome) {
      switch (outcome) {
        case Outcome.Applied<KvResult>(var id, KvResult.Done done) -> answer(answer.apply(done));
        case Outcome.Applied<KvResult>(var id, KvResult.Failed failed) when isLeftOpen(failed) ->
            fail(EtcdError.TIMEOUT_LEADER_FAILED.exception());
        case Outcome.Applied<KvResult>(var id, KvResult.Failed failed) ->
            fail(EtcdError.of(failed.error()).exception());
        case Outcome.Refused<KvResult>(var reason) -> refused(reason);
        case Outcome.Unknown<KvResult>(var why) when once -> {
          mayBeDone = true;
          again();
        }
        case Outcome.Unknown<KvResult>(var why) ->
            fail(EtcdError.TIMEOUT_LEADER_FAILED.exception());
        case Outcome.Stopped<KvResult>() -> fail(EtcdError.STOPPED.exception());
      }
    }
  }

  private final class Read<A, T> extends Call<A> {
    private final Consistency consistency;
    private final Function<? super ServerMachine, ? extends T> query;
    private final Function<? super T, A> answer;

    /** Written by who attempts, read by who times out. */
    private volatile @Nullable CompletableFuture<ReadOutcome<T>> pending;

    Read(
        Consistency consistency,
        Function<? super ServerMachine, ? extends T> query,
        StreamObserver<A> observer,
        Function<? super T, A> answer) {
      super(observer, deadlines);
      this.consistency = consistency;
      this.query = query;
      this.answer = answer;
    }

    @Override
    void attempt() {
      CompletableFuture<ReadOutcome<T>> attempt = backend.read(consistency, query);
      pending = attempt;
      follow(attempt, this::settle);
    }

    @Override
    void withdraw() {
      CompletableFuture<ReadOutcome<T>> attempt = pending;
      if (attempt != null) {
        attempt.complete(new ReadOutcome.Stopped<>());
      }
    }

    private void settle(ReadOutcome<T> outcome) {
      switch (outcome) {
        case ReadOutcome.Served<T>(KvResult.Failed failed, var index, var path, var age) ->
            fail(EtcdError.of(failed.error()).exception());
        case ReadOutcome.Served<T>(var value, var index, var path, var age) ->
            answer(answer.apply(value));
        case ReadOutcome.Refused<T>(var reason) -> refused(reason);
        case ReadOutcome.Stopped<T>() -> fail(EtcdError.STOPPED.exception());
      }
    }
  }
}
