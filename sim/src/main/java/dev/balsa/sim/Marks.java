package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine on which every client makes numbered marks, and which objects to any mark made twice:
 * commands that must take effect once.
 */
public final class Marks implements StateMachine<Long> {
  private final TreeMap<Long, BitSet> made = new TreeMap<>(); // by client
  private long count;

  /** No mark yet. */
  public Marks() {}

  static Bytes mark(long client, int number) {
    return Bytes.utf8(client + " " + number);
  }

  /**
   * How many marks there are, with that of each command.
   *
   * @throws BrokenPromise if one is there already
   */
  @Override
  public List<Long> apply(List<Committed> commands) {
    List<Long> results = new ArrayList<>(commands.size());
    for (Committed committed : commands) {
      String text = committed.command().toUtf8();
      int space = text.indexOf(' ');
      long client = Long.parseLong(text.substring(0, space));
      int number = Integer.parseInt(text.substring(space + 1));
      BitSet marks = made.computeIfAbsent(client, key -> new BitSet());
      BrokenPromise.require(
          !marks.get(number), "mark %s takes effect again at %s", text, committed.id());
      marks.set(number);
      results.add(++count);
    }
    return results;
  }

  /** How many marks there are. */
  long count() {
    return count;
  }

  @Override
  public Capture capture() {
    List<Bytes> parts = new ArrayList<>();
    for (Map.Entry<Long, BitSet> client : made.entrySet()) {
      StringBuilder part = new StringBuilder().append(client.getKey().longValue());
      for (long word : client.getValue().toLongArray()) {
        part.append(' ').append(word);
      }
      parts.add(Bytes.utf8(part.toString()));
    }
    return sink -> parts.forEach(sink::write);
  }

  @Override
  public void restore(Source source) {
    made.clear();
    count = 0;
    for (Bytes part = source.read(); part != null; part = source.read()) {
      String[] words = part.toUtf8().split(" ", -1);
      long[] bits = new long[words.length - 1];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Long.parseLong(words[i + 1]);
      }
      BitSet marks = BitSet.valueOf(bits);
      made.put(Long.parseLong(words[0]), marks);
      count += marks.cardinality();
    }
  }
}
