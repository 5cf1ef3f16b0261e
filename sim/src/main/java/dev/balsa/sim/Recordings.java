package dev.balsa.sim;

import dev.balsa.raft.Input;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Raft;
import dev.balsa.raft.Ready;
import dev.balsa.raft.trace.Beginning;
import dev.balsa.raft.trace.Recorder;
import dev.balsa.raft.trace.Trace;
import dev.balsa.raft.trace.TraceWriter;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The flight recorders of a world's nodes. Not thread-safe. */
public final class Recordings implements Recording {
  private final TreeMap<NodeId, Recorder> recorders = new TreeMap<>();
  private final long bytesMax;

  /** Recorders of up to {@code bytesMax} bytes for each node. */
  public Recordings(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public void started(NodeId node, long time, long now, Beginning beginning, Raft core) {
    of(node).started(time, now, beginning, core);
  }

  @Override
  public void stepped(NodeId node, long time, long now, Input input, Ready ready, Raft core) {
    of(node).stepped(time, now, input, ready, core);
  }

  @Override
  public void stopped(NodeId node, long time, String reason) {
    of(node).stopped(time, reason);
  }

  /** The node's recorder, which writes nothing before it has started. */
  private Recorder of(NodeId node) {
    return recorders.computeIfAbsent(node, unused -> new Recorder(bytesMax));
  }

  /**
   * All of them as a file that the page opens.
   *
   * @param source what run this is, such as {@code seed 7}
   * @param version of this software
   * @param found the promise that was broken and when, or null
   */
  public byte[] file(String source, String version, Trace.@Nullable Note found) {
    TraceWriter writer = new TraceWriter();
    recorders.forEach(
        (node, recorder) ->
            writer.add(
                new Trace.Recording(node, "", source, version, recorder.segments(Long.MIN_VALUE))));
    if (found != null) {
      writer.add(found);
    }
    return writer.finish();
  }
}
