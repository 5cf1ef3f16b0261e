package dev.balsa.raft.trace;

import dev.balsa.raft.NodeId;
import java.util.List;

/**
 * What a file holds.
 *
 * @param recordings of one node each, in the file's order; at least one
 * @param notes what whoever recorded them found
 * @param absent the nodes of which there is no recording
 */
public record Trace(List<Recording> recordings, List<Note> notes, List<Absent> absent) {
  /** The format's version. */
  public static final int VERSION = 2;

  /** More nodes than this are not taken. */
  public static final int RECORDINGS_MAX = 64;

  /** Copies the lists. */
  public Trace {
    recordings = List.copyOf(recordings);
    notes = List.copyOf(notes);
    absent = List.copyOf(absent);
  }

  /**
   * What a node's recorder kept.
   *
   * @param name what people call the node
   * @param source what recorded it, such as a seed of the simulator
   * @param version of the software that did
   * @param segments each for {@link Segment}, oldest first; never changed
   */
  public record Recording(
      NodeId node, String name, String source, String version, List<byte[]> segments) {
    /** Copies the list. */
    public Recording {
      segments = List.copyOf(segments);
    }
  }

  /** Something found at a time, such as a promise that was broken. */
  public record Note(long at, String text) {}

  /** A node that could not be asked, and why. */
  public record Absent(String name, String reason) {}
}
