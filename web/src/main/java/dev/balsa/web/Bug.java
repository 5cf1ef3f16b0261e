package dev.balsa.web;

import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Input;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.Raft;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Status.RoleName;
import dev.balsa.sim.Flaw;
import dev.balsa.sim.Medium;
import java.util.ArrayList;
import java.util.List;

/**
 * Bugs of the museum that can be had without a change of the core: each is put between the core and
 * its disk, its network or its clients, where it does what the bug did. Names are the museum's.
 */
enum Bug implements Flaw {
  /** Everything is as it should be. */
  NONE,

  /** Replies with its vote before the vote is durable (ClickHouse #113654). */
  E1 {
    @Override
    public Ready decided(Ready ready) {
      return hasty(ready, Message.VoteReply.class);
    }
  },

  /** Counts a vote that was given in an earlier term (canonical/raft #386). */
  E3 {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      return message instanceof Message.VoteReply reply && reply.term() < core.term()
          ? new Message.VoteReply(reply.from(), core.term(), reply.granted())
          : message;
    }
  },

  /** Votes without looking at the candidate's log (paper §5.4.1). */
  E4b {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      return message instanceof Message.Vote ask
          ? new Message.Vote(ask.from(), ask.term(), FAR, ask.transfer())
          : message;
    }
  },

  /** Takes a denied vote for a granted one (openraft b06cbb37). */
  E9 {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      return message instanceof Message.VoteReply reply
          ? new Message.VoteReply(reply.from(), reply.term(), true)
          : message;
    }
  },

  /** Takes messages of the term before for current ones (paper §5.1). */
  E13 {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      return message instanceof Message.Append append && append.term() == core.term() - 1
          ? new Message.Append(
              append.from(), core.term(), append.slice(), append.commit(), append.round())
          : message;
    }
  },

  /** A follower acknowledges before its disk holds the entries (paper figure 2). */
  C2b {
    @Override
    public Ready decided(Ready ready) {
      return hasty(ready, Message.AppendAck.class);
    }
  },

  /** The leader takes a rejection for an acknowledgement (CCF #2835, #5674). */
  C6 {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      return message instanceof Message.AppendReject reject
          ? new Message.AppendAck(reject.from(), reject.term(), reject.rejected(), reject.round())
          : message;
    }
  },

  /** Reads are served without asking a quorum (etcd 0.4.1 and Consul, Jepsen 2014). */
  R3 {
    @Override
    public Input taken(Raft core, Medium medium, Input input) {
      return input instanceof Input.Read read ? unasked(read) : input;
    }
  },

  /** Commits an entry of an earlier term by counting copies (logcabin #44; paper figure 8). */
  C1 {
    @Override
    public boolean counts() {
      return true;
    }
  },

  /** The leader counts its own entry before it is durable (openraft a9f696a9; etcd #14370). */
  C2 {
    @Override
    public boolean isHasty(Raft core) {
      return core.role() == RoleName.LEADER;
    }
  },

  /** Takes an entry for held if there is any at its place (paper §5.3). */
  C12b {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      if (!(message instanceof Message.Append append)) {
        return message;
      }
      EntryId held = medium.at(append.slice().prev().index());
      List<Entry> entries = append.slice().entries();
      if (held == null || (!entries.isEmpty() && entries.getFirst().term() < held.term())) {
        return message;
      }
      return new Message.Append(
          append.from(),
          append.term(),
          new LogSlice(held, entries),
          append.commit(),
          append.round());
    }
  },

  /** A leader serves reads before it has committed in its term (etcd-raft 3189a66). */
  R1 {
    @Override
    public Input taken(Raft core, Medium medium, Input input) {
      return input instanceof Input.Read read && core.role() == RoleName.LEADER
          ? new Input.Read(read.read(), new ReadMode.Bounded(Long.MAX_VALUE, 0))
          : input;
    }
  },

  /** An answer to an earlier round confirms the reads of a later one (etcd #20418). */
  R2 {
    @Override
    Message heard(Raft core, Medium medium, Message message) {
      return message instanceof Message.AppendAck ack
          ? new Message.AppendAck(ack.from(), ack.term(), ack.match(), Long.MAX_VALUE)
          : message;
    }
  },

  /** A confirmed read is served from one entry before its index (openraft 97d92771). */
  R8 {
    @Override
    public Ready decided(Ready ready) {
      List<Ready.ReadOutcome> reads = new ArrayList<>();
      for (Ready.ReadOutcome outcome : ready.reads()) {
        reads.add(
            outcome instanceof Ready.ReadOutcome.Confirmed it
                ? new Ready.ReadOutcome.Confirmed(it.read(), it.index() - 1, it.basis())
                : outcome);
      }
      return with(ready, ready.sendNow(), ready.sendDurable(), reads, ready.snapshots());
    }
  },

  /** Acknowledges what was written before it is forced (NATS 2.12.1, Jepsen). */
  S2 {
    @Override
    public boolean isHasty(Raft core) {
      return true;
    }

    @Override
    public Ready decided(Ready ready) {
      List<Ready.Outgoing> now = new ArrayList<>(ready.sendNow());
      now.addAll(ready.sendDurable());
      return with(ready, now, List.of(), ready.reads(), ready.snapshots());
    }
  },

  /** Damage in the log is cut like a torn tail (Alagappan et al., FAST 2018; NATS 2.12.1). */
  S4 {
    @Override
    public void starting(Medium medium) {
      medium.cut(TORN);
    }
  },

  /** A snapshot carries the latest configuration, not its last entry's (pikiwidb-raft #385). */
  N5 {
    @Override
    public Membership pictured(Raft core, EntryId last) {
      return core.membership();
    }
  };

  private static final int TORN = 2; // entries
  private static final EntryId FAR = new EntryId(1L << 40, 1L << 40); // no log is ahead of it

  /** What a core hears instead of a message. */
  Message heard(Raft core, Medium medium, Message message) {
    return message;
  }

  @Override
  public Input taken(Raft core, Medium medium, Input input) {
    if (input instanceof Input.Receive(Message message)) {
      return new Input.Receive(heard(core, medium, message));
    }
    return input;
  }

  /** A read that asks nobody, however old what it sees may be. */
  private static Input unasked(Input.Read read) {
    return new Input.Read(read.read(), new ReadMode.Bounded(1L << 60, 1L << 60));
  }

  /** Sends what one kind of message says of the disk before the disk has it. */
  private static Ready hasty(Ready ready, Class<? extends Message> kind) {
    List<Ready.Outgoing> now = new ArrayList<>(ready.sendNow());
    List<Ready.Outgoing> durable = new ArrayList<>();
    for (Ready.Outgoing outgoing : ready.sendDurable()) {
      (kind.isInstance(outgoing.message()) ? now : durable).add(outgoing);
    }
    return with(ready, now, durable, ready.reads(), ready.snapshots());
  }

  private static Ready with(
      Ready ready,
      List<Ready.Outgoing> now,
      List<Ready.Outgoing> durable,
      List<Ready.ReadOutcome> reads,
      List<Ready.SnapshotWork> snapshots) {
    return new Ready(
        ready.persist(),
        now,
        durable,
        ready.proposals(),
        ready.changes(),
        reads,
        ready.transfers(),
        snapshots,
        ready.events());
  }

  static Bug parse(Words words) {
    String name = words.word("a bug of the museum");
    for (Bug bug : values()) {
      if (bug.name().equals(name)) {
        return bug;
      }
    }
    throw new BadCommand("\"%s\" is no bug of this page's museum", name);
  }
}
