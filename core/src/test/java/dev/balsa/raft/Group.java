package dev.balsa.raft;

import dev.balsa.raft.Ready.Outgoing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A few cores moved by hand, for scenarios: nothing happens but what the test says. Nodes are
 * numbered from 1; disks force at once unless {@link #hold} says otherwise; messages queue up until
 * {@link #deliver}.
 */
public final class Group {
  /** No pre-vote, no preference. */
  public static final ElectionRules AT_ONCE =
      new ElectionRules(false, true, ElectionRules.PRIORITY_MAX);

  private final TreeMap<Integer, GroupMember> hosts = new TreeMap<>();
  private final Post post = new Post();
  private long now;

  private Group(long seed, List<ElectionRules> rules) {
    int size = rules.size();
    Membership membership =
        new Membership(LongStream.rangeClosed(1, size).mapToObj(NodeId::new).toList());
    for (int node = 1; node <= size; node++) {
      RaftConfig config = RaftConfig.of(id(node), seed + node).withElection(rules.get(node - 1));
      hosts.put(node, new GroupMember(config, membership));
    }
  }

  /** A group of {@code size} nodes with empty disks, not started, that campaign without asking. */
  public static Group of(int size) {
    return new Group(0, Collections.nCopies(size, AT_ONCE));
  }

  /** The same, but they ask for pre-votes first. */
  public static Group preVoting(int size) {
    return seeded(size, 0);
  }

  /** The same with other random numbers. */
  public static Group seeded(int size, long seed) {
    return new Group(seed, Collections.nCopies(size, ElectionRules.DEFAULT));
  }

  /** A group of nodes with these rules, node 1's first. */
  public static Group of(List<ElectionRules> rules) {
    return new Group(0, rules);
  }

  /** The same, not yet started, with leases among clocks that drift by no more than this. */
  public Group leasing(int driftPerMille) {
    return tune(config -> config.withLease(LeaseRules.within(driftPerMille)));
  }

  public static NodeId id(int node) {
    return new NodeId(node);
  }

  /** A node with an empty disk that knows nobody yet, to be added to the running group. */
  public Group join(int node) {
    hosts.put(node, new GroupMember(RaftConfig.of(id(node), node), Membership.UNKNOWN));
    return this;
  }

  /** Nodes that are not started yet tell data directories apart. */
  public Group tracked() {
    hosts.forEach((node, host) -> host.incarnation = new IncarnationId(100L * node));
    return this;
  }

  /** The process ends and its disk is lost: the next use starts another on an empty one. */
  public void wipe(int node) {
    crash(node);
    post.dropFrom(id(node));
    GroupMember host = host(node);
    host.disk = new TestDisk();
    IncarnationId lost = host.incarnation;
    host.incarnation = lost == null ? null : new IncarnationId(lost.value() + 1);
  }

  /** With which data directory a node runs. */
  public @Nullable IncarnationId incarnation(int node) {
    return host(node).incarnation;
  }

  /** Gives a node that was not started a log with an entry of each of these terms. */
  public Group log(int node, long... terms) {
    return logAt(node, 0, terms);
  }

  /** The same with a term on disk that may be above the log's last. */
  public Group logAt(int node, long term, long... terms) {
    host(node).log(term, TestDisk.slice(terms));
    return this;
  }

  GroupMember host(int node) {
    return Objects.requireNonNull(hosts.get(node), "no such node");
  }

  Raft raft(int node) {
    return host(node).raft(now);
  }

  public Status status(int node) {
    return raft(node).status();
  }

  public long deadline(int node) {
    return raft(node).deadline();
  }

  public long now() {
    return now;
  }

  public void advance(long nanos) {
    now += nanos;
  }

  public List<Event> events(int node) {
    return host(node).events;
  }

  public List<Ready.ProposalOutcome> proposals(int node) {
    return host(node).proposals;
  }

  public List<Ready.ChangeOutcome> changes(int node) {
    return host(node).changes;
  }

  /** The membership in force on a node. */
  public Membership membership(int node) {
    return raft(node).membership();
  }

  public List<Ready.ReadOutcome> reads(int node) {
    return host(node).reads;
  }

  public List<Ready.TransferOutcome> transfers(int node) {
    return host(node).transfers;
  }

  public TestDisk disk(int node) {
    return host(node).disk;
  }

  /** The terms of a node's entries, from index 1 on. */
  public List<Long> terms(int node) {
    return host(node).disk.log().stream().map(Entry::term).toList();
  }

  /** The commands a node may apply. */
  public List<String> applied(int node) {
    List<String> commands = new ArrayList<>();
    long commit = Math.min(status(node).commit(), status(node).durable());
    for (Entry entry : host(node).disk.log()) {
      if (entry.index() <= commit && entry.payload() instanceof Payload.Command(Bytes data)) {
        commands.add(data.toUtf8());
      }
    }
    return commands;
  }

  /** Messages on their way. */
  public List<Outgoing> queue() {
    return post.queue();
  }

  public void dropAll() {
    post.dropAll();
  }

  /** From now on nothing reaches or leaves these nodes. */
  public void isolate(int... nodes) {
    post.isolate(nodes);
  }

  /** From now on a message arrives only where {@code from, to} is a link. */
  public void links(BiPredicate<Integer, Integer> exist) {
    post.links(exist);
  }

  public void heal() {
    post.heal();
  }

  /** Lets time pass for all, with messages and forces that take none. */
  public void run(long nanos) {
    long end = now + nanos;
    deliver();
    while (true) {
      int next = 1;
      for (int node : hosts.keySet()) {
        next = deadline(node) < deadline(next) ? node : next;
      }
      if (deadline(next) > end) {
        now = end;
        return;
      }
      wake(next);
      deliver();
    }
  }

  /** Who leads, in its own eyes. */
  public List<Integer> leaders() {
    return hosts.keySet().stream()
        .filter(node -> status(node).role() == Status.RoleName.LEADER)
        .toList();
  }

  /** Gives a node an input and does what its host must do. */
  public Ready step(int node, Input input) {
    GroupMember host = host(node);
    Ready ready = host.step(now, input);
    post.send(node, ready.sendNow());
    if (!host.held) {
      force(node);
    }
    ready.snapshots().forEach(work -> work(node, work));
    return ready;
  }

  private void work(int node, Ready.SnapshotWork work) {
    GroupMember host = host(node);
    switch (work) {
      case Ready.SnapshotWork.Store part -> {
        TestDisk.Snapshot whole = host.snapshots.store(part);
        if (whole != null && !host.held) {
          received(node, whole);
        }
      }
      case Ready.SnapshotWork.Write write -> {} // a test writes it by snapshot
      case Ready.SnapshotWork.Install install -> {}
      case Ready.SnapshotWork.Release free -> host.disk.release(free.base(), free.oldest());
    }
  }

  private void received(int node, TestDisk.Snapshot whole) {
    disk(node).save(whole);
    step(node, new Input.SnapshotReceived(whole.meta()));
  }

  /** All nodes that are not started yet follow these rules for snapshots. */
  public Group rules(long tailEntries, long inflightBytes, int chunkBytes) {
    SnapshotRules rules = new SnapshotRules(tailEntries, inflightBytes, chunkBytes, 1L << 40);
    return tune(config -> config.withSnapshots(rules));
  }

  /** All nodes that are not started yet get other settings. */
  public Group tune(UnaryOperator<RaftConfig> change) {
    hosts.values().forEach(host -> host.config = change.apply(host.config));
    return this;
  }

  /** A node makes a snapshot of what it may apply durable; returns what it is. */
  public SnapshotMeta snapshot(int node, int padding) {
    long at = Math.min(status(node).commit(), status(node).durable());
    EntryId last = disk(node).entry(at).id();
    TestDisk.Snapshot snapshot =
        TestSnapshots.of(last, raft(node).configuredAt(at).membership(), at, padding);
    disk(node).save(snapshot);
    step(node, new Input.SnapshotTaken(snapshot.meta()));
    return snapshot.meta();
  }

  /** What the core asked a node's host to do with snapshots. */
  public List<Ready.SnapshotWork> snapshotWork(int node) {
    return host(node).snapshotWork;
  }

  private void force(int node) {
    GroupMember host = host(node);
    long sequence = host.disk.pendingSequence();
    host.disk.force(sequence);
    post.send(node, host.waiting);
    host.waiting.clear();
    if (sequence > 0) {
      step(node, new Input.Persisted(sequence));
    }
  }

  /** Forces of this node do not end until {@link #release}. */
  public void hold(int node) {
    host(node).held = true;
  }

  public void release(int node) {
    host(node).held = false;
    force(node);
  }

  /** The process ends, and what was not forced is lost; the next use starts another. */
  public void crash(int node) {
    host(node).crash();
  }

  public Ready receive(int node, Message message) {
    return step(node, new Input.Receive(message));
  }

  public Ready propose(int node, String... commands) {
    List<Bytes> batch = List.of(commands).stream().map(Bytes::utf8).toList();
    return step(node, new Input.Propose(++requests, batch));
  }

  public Ready change(int node, Change... changes) {
    return step(node, new Input.Reconfigure(++requests, List.of(changes)));
  }

  public Ready read(int node) {
    return read(node, ReadMode.LINEARIZABLE);
  }

  public Ready read(int node, ReadMode mode) {
    asked.put(++requests, now);
    return step(node, new Input.Read(requests, mode));
  }

  /** The outcome of a read that a majority confirmed. */
  public Ready.ReadOutcome confirmed(long read, long index) {
    Long at = asked.get(read);
    if (at == null) {
      throw new IllegalArgumentException("nobody asked read " + read);
    }
    ReadBasis basis = new ReadBasis(ReadBasis.Path.READ_INDEX, at);
    return new Ready.ReadOutcome.Confirmed(read, index, basis);
  }

  private final TreeMap<Long, Long> asked = new TreeMap<>(); // when each read was

  public Ready transfer(int node, int target) {
    return step(node, new Input.Transfer(++requests, id(target)));
  }

  private long requests;

  /** Lets time pass until this node wants to be woken, and wakes it alone. */
  public Ready wake(int node) {
    if (deadline(node) < Long.MAX_VALUE) {
      now = Math.max(now, deadline(node));
    }
    return step(node, new Input.Wake());
  }

  /** Delivers everything, and what comes of it. Returns how many messages arrived. */
  public int deliver() {
    return deliver(Integer.MAX_VALUE);
  }

  /** Delivers at most so many messages; those left stay in the queue. */
  public int deliver(int max) {
    int arrived = 0;
    while (arrived < max && deliverNext()) {
      arrived++;
    }
    return arrived;
  }

  /** Delivers the oldest message that arrives; false if there is none. */
  private boolean deliverNext() {
    Outgoing next = post.take(hosts.keySet());
    if (next != null) {
      arrive(Math.toIntExact(next.to().value()), next.message());
    }
    return next != null;
  }

  /** As on a connection, whose first words say from which directory the rest comes. */
  private void arrive(int to, Message message) {
    IncarnationId speaking = host(Math.toIntExact(message.from().value())).incarnation;
    if (speaking != null && !speaking.equals(host(to).greeted.put(message.from(), speaking))) {
      step(to, new Input.Greeted(message.from(), speaking));
    }
    receive(to, message);
  }

  /** A leader speaks {@code times} times, and all messages arrive. */
  public void beat(int leader, int times) {
    for (int i = 0; i < times; i++) {
      wake(leader);
      deliver();
    }
  }

  /** Messages arrive one by one until {@code node} leads; those left stay in the queue. */
  public void deliverUntilLeads(int node) {
    boolean more = true;
    while (more && status(node).role() != Status.RoleName.LEADER) {
      more = deliverNext();
    }
  }

  /** Delivers the oldest message. */
  public void deliverOne() {
    if (!deliverNext()) {
      throw new IllegalStateException("no message is on its way");
    }
  }

  /** A node campaigns and all messages arrive. */
  public void elect(int node) {
    wake(node);
    deliver();
  }
}
