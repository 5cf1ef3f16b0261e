package dev.balsa.web;

import dev.balsa.raft.trace.TraceException;
import dev.balsa.raft.trace.TraceReader;
import org.jspecify.annotations.Nullable;

/**
 * Opens recordings, in pieces small enough that whoever waits is answered in between, and lets them
 * be looked at. What was looked at before stays until a recording is whole and sound.
 *
 * <pre>
 * trace begin         forgets what was loaded half
 * trace part BYTES    the next bytes of the file, a char for each
 * trace end           the file is whole; the recording is judged from its beginning on
 * trace judge         goes on with that; the last answer is the picture of its beginning
 * </pre>
 */
final class Recordings {
  private static final int STEPS = 4_000; // judged in one go

  private @Nullable TraceReader reader;
  private @Nullable Incident loading;
  private @Nullable Incident shown;

  /** Whether a recording is looked at. */
  boolean isShown() {
    return shown != null;
  }

  /** Looks away from it. */
  void leave() {
    shown = null;
  }

  /** Obeys one of the commands by which a recording is opened. */
  String load(String words) {
    int space = words.indexOf(' ');
    String verb = space < 0 ? words : words.substring(0, space);
    try {
      switch (verb) {
        case "begin" -> {
          reader = new TraceReader();
          loading = null;
        }
        case "part" -> reader().feed(bytes(words, space + 1));
        case "end" -> {
          loading = new Incident(reader().finish());
          reader = null;
        }
        case "judge" -> {
          return judge();
        }
        default -> throw new BadCommand("\"%s\" is no command", "trace " + verb);
      }
      return "{}";
    } catch (TraceException damaged) {
      reader = null;
      loading = null;
      throw new BadCommand(damaged.sentence());
    }
  }

  private TraceReader reader() {
    if (reader == null) {
      throw new BadCommand("no trace is being opened; begin with \"trace begin\"");
    }
    return reader;
  }

  private static byte[] bytes(String words, int from) {
    byte[] bytes = new byte[words.length() - from];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) words.charAt(from + i);
    }
    return bytes;
  }

  private String judge() {
    Incident next = loading;
    if (next == null) {
      throw new BadCommand("no trace is being judged");
    }
    if (next.judge(STEPS)) {
      return new Json().open().field("steps", next.moment()).close().toString();
    }
    loading = null;
    shown = next;
    next.seek(0);
    return new IncidentPicture(next).text(true);
  }

  /** Obeys a command that goes along the recording. */
  String obey(String verb, Words words) {
    Incident incident = shown;
    if (incident == null) {
      throw new BadCommand("no recording is open");
    }
    switch (verb) {
      case "step" -> incident.seek(incident.moment() + 1);
      case "back" -> incident.seek(incident.moment() - 1);
      case "interesting" -> incident.seek(incident.interestingAfter());
      case "earlier" -> incident.seek(incident.interestingBefore());
      case "until" -> incident.until(words.number("the time", 0, Long.MAX_VALUE));
      case "seek", "moment" ->
          incident.seek((int) words.number("the moment", 0, Integer.MAX_VALUE));
      case "look" -> {}
      case "why" -> {
        return "{\"chain\":[]}";
      }
      case "diagram" -> {
        return "{\"messages\":[]}";
      }
      default -> throw new BadCommand("a recording can be looked at, not changed");
    }
    return new IncidentPicture(incident).text(false);
  }
}
