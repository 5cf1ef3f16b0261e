package dev.balsa.server.backend;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.StoreHash;
import dev.balsa.node.Consistency;
import dev.balsa.node.Outcome;
import dev.balsa.node.ReadOutcome;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Member;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.StateCheck.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Compares all keys that a member has stored with the other members', before it serves clients: as
 * etcd does by {@code --initial-corrupt-check}. Where etcd asks each peer over HTTP, the member
 * writes its question into the log; where that stands, all members have applied the same, each
 * hashes what it has stored, and says so in the log. Every member answers, whether it asks at its
 * own starts or not.
 *
 * <p>Unlike {@link Agreement} this reads the whole store, so it finds what was changed under the
 * server, too. Thread-safe.
 */
public final class Examination implements ApplyObserver {
  private static final Logger LOG = System.getLogger(Examination.class.getName());
  private static final long RETRY_MILLIS = 200;

  /** Hashes at one time: each holds a frozen store. Who asks beyond that is not answered. */
  private static final int HASHES_MAX = 4;

  private final NodeId self;
  private final Backend backend;
  private final StateCheck.Exam question;
  private final Semaphore free = new Semaphore(HASHES_MAX);
  private final CompletableFuture<Boolean> asked = new CompletableFuture<>();
  private final CompletableFuture<Optional<State>> own = new CompletableFuture<>();
  private final CompletableFuture<Boolean> all = new CompletableFuture<>();
  private final Map<NodeId, State> told = new TreeMap<>(); // by its own lock
  private final List<Placed> placed = new ArrayList<>(); // who applies

  /**
   * A question in the batch that is being applied.
   *
   * @param revision the newest where it stands
   */
  private record Placed(StateCheck.Exam exam, long revision) {}

  private Examination(NodeId self, Backend backend) {
    this.self = self;
    this.backend = backend;
    this.question = new StateCheck.Exam(self, new SecureRandom().nextLong());
  }

  /** From now on {@code self} answers the others' questions. */
  public static Examination begin(NodeId self, Backend backend) {
    Examination examination = new Examination(self, backend);
    backend.observe(examination);
    return examination;
  }

  /**
   * Asks the others, once, and waits for their answers. A member that does not answer, or a log
   * that takes no question, is no objection: the start goes on with a warning.
   *
   * @param patience how long to wait for a leader, and then for the others after this member has
   *     hashed its own keys, and once more as long as that took
   * @return why this member should not serve; empty if nothing speaks against it
   */
  public Optional<String> objection(Duration patience) {
    if (!holdsKeys()) {
      return Optional.empty();
    }
    ask();
    if (!within(patience, asked)) {
      asked.complete(false); // asks no more
      LOG.log(
          Level.WARNING,
          "--initial-corrupt-check: no majority answers within {0}, so the keys are not compared",
          patience);
      return Optional.empty();
    }
    long began = System.nanoTime();
    try {
      Optional<State> mine = own.join();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      return mine.flatMap(it -> judge(it, within(patience.plus(took), all)));
    } catch (CompletionException e) {
      return Optional.of("member %s cannot hash its keys: %s".formatted(self, e.getCause()));
    }
  }

  private static boolean within(Duration patience, CompletableFuture<Boolean> event) {
    return event.copy().completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** Whether there was anything in the store when the member started. */
  private boolean holdsKeys() {
    return backend.read(Consistency.STALE, ServerMachine::recovered).join()
            instanceof ReadOutcome.Served<EntryId> served
        && !served.value().equals(EntryId.ZERO);
  }

  private void ask() {
    if (!asked.isDone()) {
      var unused = backend.submit(ServerMachine.check(question)).thenAccept(this::settle);
    }
  }

  private void settle(Outcome<KvResult> outcome) {
    switch (outcome) {
      case Outcome.Applied<KvResult> applied -> asked.complete(true);
      case Outcome.Refused<KvResult> refused -> askAgain();
      case Outcome.Unknown<KvResult> unknown -> askAgain();
      case Outcome.Stopped<KvResult> stopped -> {}
    }
  }

  private void askAgain() {
    CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(this::ask);
  }

  @Override
  public void attached(KvMachine kv) {
    // Questions stand in the log by themselves.
  }

  @Override
  public void examined(KvMachine kv, StateCheck.Exam exam) {
    placed.add(new Placed(exam, kv.revision()));
  }

  /** The keys are as they were at the question's place once its batch is whole. */
  @Override
  public void applied(KvMachine kv, List<KvResult> results) {
    placed.forEach(it -> examine(kv, it));
    placed.clear();
  }

  private void examine(KvMachine kv, Placed placed) {
    boolean mine = placed.exam().equals(question); // somebody waits for that here
    if (!mine && !free.tryAcquire()) {
      LOG.log(Level.WARNING, "{0} is one question too many", placed);
      return;
    }
    StoreHash.Asked hash = kv.hashAt(placed.revision());
    Thread.ofVirtual()
        .name("balsa-examination")
        .start(
            () -> {
              try {
                answer(placed.exam(), hash);
              } catch (RuntimeException broken) { // this thread's root
                LOG.log(Level.ERROR, "the keys cannot be hashed", broken);
                if (mine) {
                  own.completeExceptionally(broken);
                }
              } finally {
                if (!mine) {
                  free.release();
                }
              }
            });
  }

  private void answer(StateCheck.Exam exam, StoreHash.Asked asked) {
    switch (asked) {
      case StoreHash.Refused(var compacted) -> {
        LOG.log(Level.WARNING, "right behind {0} stands a compaction: no keys to compare", exam);
        tell(exam, Optional.empty());
      }
      case StoreHash.Ready(StoreHash hash) -> {
        try (hash) {
          tell(
              exam, Optional.of(new State(hash.revision(), Integer.toUnsignedLong(hash.ofKeys()))));
        }
      }
    }
  }

  private void tell(StateCheck.Exam exam, Optional<State> state) {
    if (exam.equals(question)) {
      own.complete(state);
    }
    state.ifPresent(
        it -> {
          var unused = backend.submit(ServerMachine.check(new StateCheck.Hashed(self, exam, it)));
        });
  }

  @Override
  public void hashed(StateCheck.Hashed hashed) {
    if (!hashed.exam().equals(question)) {
      return;
    }
    synchronized (told) {
      told.put(hashed.member(), hashed.state());
      if (told.keySet().containsAll(members())) {
        all.complete(true);
      }
    }
  }

  private List<NodeId> members() {
    return backend.members().members().stream().map(Member::id).toList();
  }

  private Optional<String> judge(State mine, boolean complete) {
    Map<NodeId, State> answers;
    synchronized (told) {
      answers = new TreeMap<>(told);
    }
    answers.put(self, mine);
    List<NodeId> members = members();
    if (!complete) {
      LOG.log(
          Level.WARNING,
          "--initial-corrupt-check: no answer from {0}, whose keys are not compared",
          members.stream().filter(it -> !answers.containsKey(it)).toList());
    }
    Map<NodeId, State> others = new TreeMap<>(answers);
    others.values().removeIf(mine::equals);
    int alike = answers.size() - others.size();
    if (others.isEmpty()) {
      LOG.log(Level.INFO, "{0} of {1} members store the same keys", alike, members.size());
      return Optional.empty();
    }
    String found =
        "member %s stores other keys than %s: hash %s, theirs %s"
            .formatted(self, others.keySet(), mine, others.values());
    if (2 * alike > members.size()) {
      LOG.log(
          Level.ERROR,
          "{0}; a majority stores what this member does, so replace the others",
          found);
      return Optional.empty();
    }
    return Optional.of(found);
  }
}
