package dev.balsa.web;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Input;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.StoredLog;
import dev.balsa.raft.trace.Beginning;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceWriter;
import dev.balsa.sim.BrokenPromise;
import dev.balsa.sim.Hosting;
import dev.balsa.sim.Plan;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.Registers;
import dev.balsa.sim.Witness;
import dev.balsa.sim.Workbench;
import dev.balsa.sim.World;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** Recordings for tests to open. */
final class Records {
  private static final long REST_NANOS = 200_000_000;

  private Records() {}

  /** A run of the simulator that the recorder says was broken at its end. */
  static byte[] ofSeed(long seed) {
    World<Long, Registers> world =
        new World<>(Plan.draw(seed), new RegisterLoad(), Hosting.IN_MEMORY);
    dev.balsa.sim.Recordings recordings = new dev.balsa.sim.Recordings(64 << 20); // ours opens them
    world.record(recordings);
    try {
      world.run();
    } catch (BrokenPromise broken) {
      throw new IllegalStateException("seed " + seed + " is to be sound", broken);
    }
    Trace.Note note = new Trace.Note(world.now(), "found <b>at the end</b>");
    return recordings.file("./balsa sim replay " + seed, "test", note);
  }

  /** Three nodes that elect a leader and, since nobody asks them for anything, fall silent. */
  static byte[] ofIdleGroup() {
    Plan plan = Setup.DEFAULT.withNodes(3).plan();
    World<Long, Registers> world = new World<>(plan, new RegisterLoad(), Hosting.IN_MEMORY);
    dev.balsa.sim.Recordings recordings = new dev.balsa.sim.Recordings(1 << 20);
    world.record(recordings);
    Workbench<Long, Registers> bench =
        new Workbench<>(world, Witness.NOBODY, it -> it.withRestAfter(REST_NANOS));
    while (bench.next() < Long.MAX_VALUE && bench.step()) {}
    return recordings.file("./balsa sim replay 1", "test", null);
  }

  /** A member alone that was asked for very much: a file of at least so many bytes. */
  static byte[] large(int bytes) {
    NodeId self = new NodeId(0x8e9e05c52164694dL);
    RaftConfig config = RaftConfig.of(self, 1);
    Membership founding = new Membership(List.of(self));
    StoredLog none =
        (from, to, max) -> {
          throw new IllegalStateException("entries from " + from + " are not kept");
        };
    Raft raft = Raft.start(config, founding, Restored.NOTHING, none, 0);
    Recorder recorder = new Recorder(1 << 30);
    recorder.started(0, 0, new Beginning(config, founding, Restored.NOTHING), raft);
    List<Bytes> commands = Collections.nCopies(20, Bytes.utf8("value"));
    long now = raft.deadline();
    long proposal = 0;
    long written = 0;
    Input input = new Input.Wake();
    while (written < bytes) {
      Ready ready = raft.step(now, input);
      recorder.stepped(now, now, input, ready, raft);
      written += 36; // at least, for a step of this run
      Ready.Persist persist = ready.persist();
      input =
          persist != null
              ? new Input.Persisted(persist.sequence())
              : new Input.Propose(++proposal, commands);
      now += 1_000;
    }
    return new TraceWriter()
        .add(new Trace.Recording(self, "c<img>", "member", "test", recorder.segments(0)))
        .add(new Trace.Absent("d", "no answer"))
        .finish();
  }

  /** The bytes as the page gives them to its worker. */
  static String chars(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
