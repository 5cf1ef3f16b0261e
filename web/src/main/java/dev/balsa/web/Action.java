package dev.balsa.web;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Seat;
import java.util.ArrayList;
import java.util.List;

/** What a person does to a run. Every case has a line of text, which permalinks carry. */
sealed interface Action {
  /** Longer than anybody waits. */
  long AWAIT_MILLIS_MAX = 60_000;

  /** A minute of faults is more than anybody looks through. */
  long STORM_MILLIS_MAX = 60_000;

  /** More clients with sessions than anybody tells apart. */
  int CLIENTS_MAX = 9;

  /** The line that {@link #parse} reads back. */
  String text();

  /** The process ends; with {@code power} the machine loses what its disk had not forced. */
  record Crash(NodeId node, boolean power) implements Action {
    @Override
    public String text() {
      return "crash " + node + (power ? " power" : " process");
    }
  }

  /** The process starts again from its disk. */
  record Restart(NodeId node) implements Action {
    @Override
    public String text() {
      return "restart " + node;
    }
  }

  /** The process stands still, as in a long garbage collection. */
  record Pause(NodeId node) implements Action {
    @Override
    public String text() {
      return "pause " + node;
    }
  }

  /** The process goes on. */
  record Resume(NodeId node) implements Action {
    @Override
    public String text() {
      return "resume " + node;
    }
  }

  /** The node's clock jumps to what its core waits for. */
  record Hurry(NodeId node) implements Action {
    @Override
    public String text() {
      return "hurry " + node;
    }
  }

  /** The node's clock jumps so that what its core waits for comes {@code millis} from now. */
  record Await(NodeId node, long millis) implements Action {
    @Override
    public String text() {
      return "await " + node + " " + millis;
    }
  }

  /** All who wait for a leader wait equally long. */
  record Align() implements Action {
    @Override
    public String text() {
      return "align";
    }
  }

  /** All who wait for a leader do so for times as different as can be. */
  record Spread() implements Action {
    @Override
    public String text() {
      return "spread";
    }
  }

  /** The node's clock runs at so many thousandths of the true rate. */
  record Rate(NodeId node, int perMille) implements Action {
    @Override
    public String text() {
      return "rate " + node + " " + perMille;
    }
  }

  /** Messages of one direction are lost. */
  record Cut(NodeId from, NodeId to) implements Action {
    @Override
    public String text() {
      return "cut " + from + " " + to;
    }
  }

  /** One direction is whole again. */
  record Mend(NodeId from, NodeId to) implements Action {
    @Override
    public String text() {
      return "mend " + from + " " + to;
    }
  }

  /** The network falls apart: nodes of different groups, digits by node, do not hear each other. */
  record Split(String groups) implements Action {
    @Override
    public String text() {
      return "split " + groups;
    }
  }

  /** All links are whole again. */
  record Heal() implements Action {
    @Override
    public String text() {
      return "heal";
    }
  }

  /** Faults and requests are drawn from a seed for so long, see {@link dev.balsa.web.Storm}. */
  record Storm(long seed, long millis) implements Action {
    @Override
    public String text() {
      return "storm " + seed + " " + millis;
    }
  }

  /** All faults end, and all must be well after a while, see {@link dev.balsa.web.Calm}. */
  record Calm() implements Action {
    @Override
    public String text() {
      return "calm";
    }
  }

  /** Links and disks change. */
  record Alter(Setup.Sky sky) implements Action {
    @Override
    public String text() {
      return sky.text();
    }
  }

  /** A message on its way is lost. */
  record Drop(long flight) implements Action {
    @Override
    public String text() {
      return "drop " + flight;
    }
  }

  /** A message on its way arrives now. */
  record Deliver(long flight) implements Action {
    @Override
    public String text() {
      return "deliver " + flight;
    }
  }

  /** A client asks a node to write. */
  record Put(NodeId node, String key, String value) implements Action {
    @Override
    public String text() {
      return "put " + node + " " + Words.encode(key) + " " + Words.encode(value);
    }
  }

  /** A client asks a node to delete. */
  record Delete(NodeId node, String key) implements Action {
    @Override
    public String text() {
      return "delete " + node + " " + Words.encode(key);
    }
  }

  /** A client asks a node to read, linearizably. */
  record Get(NodeId node, String key) implements Action {
    @Override
    public String text() {
      return "get " + node + " " + Words.encode(key);
    }
  }

  /** A client asks a node to write {@code to} if the value is {@code from}. */
  record Swap(NodeId node, String key, String from, String to) implements Action {
    @Override
    public String text() {
      return "swap "
          + node
          + " "
          + Words.encode(key)
          + " "
          + Words.encode(from)
          + " "
          + Words.encode(to);
    }
  }

  /**
   * A client asks a node to write what takes effect once, however often it asks, as request {@code
   * number} of its session (thesis §6.3). If it has none it opens one first, through that node. The
   * line ends with the client, which is 1 if nothing stands there.
   */
  record Once(NodeId node, String key, String value, long number, int client) implements Action {
    @Override
    public String text() {
      return "once " + node + " " + request() + (client == 1 ? "" : " " + client);
    }

    /** The words that are the same whichever node is asked. */
    String request() {
      return Words.encode(key) + " " + Words.encode(value) + " " + number;
    }
  }

  /** A client asks a node to end its session. The client as with {@link Once}. */
  record Close(NodeId node, int client) implements Action {
    @Override
    public String text() {
      return "close " + node + (client == 1 ? "" : " " + client);
    }
  }

  /** An operator asks a node for other members, all changes at once. */
  record Members(NodeId asked, List<Change> changes) implements Action {
    public Members {
      changes = List.copyOf(changes);
    }

    @Override
    public String text() {
      return "member " + asked + " " + EventJson.words(changes);
    }

    static String verb(Change change) {
      return switch (change) {
        case Change.Add add -> add.seat() == Seat.LEARNER ? "learn" : "add";
        case Change.Promote promote -> "promote";
        case Change.Demote demote -> "demote";
        case Change.Remove remove -> "remove";
        case Change.Update update -> "update";
      };
    }

    static Members parse(Words words, int nodes) {
      NodeId asked = Action.node(words, nodes);
      List<Change> changes = new ArrayList<>();
      do {
        changes.add(change(words.word("add, learn, promote, demote or remove"), words, nodes));
      } while (words.hasNext());
      if (!Change.areOfDifferentNodes(changes)) {
        throw new BadCommand("a change of members names a node twice; name each once");
      }
      return new Members(asked, changes);
    }

    private static Change change(String verb, Words words, int nodes) {
      NodeId node = Action.node(words, nodes);
      return switch (verb) {
        case "add" -> new Change.Add(node, Seat.JOINING, Bytes.EMPTY);
        case "learn" -> new Change.Add(node, Seat.LEARNER, Bytes.EMPTY);
        case "promote" -> new Change.Promote(node);
        case "demote" -> new Change.Demote(node);
        case "remove" -> new Change.Remove(node);
        default -> throw new BadCommand("\"%s\" is no change of members", verb);
      };
    }
  }

  /** An operator asks a node to hand its leadership over. */
  record Transfer(NodeId asked, NodeId target) implements Action {
    @Override
    public String text() {
      return "transfer " + asked + " " + target;
    }
  }

  /**
   * Reads one action.
   *
   * @param nodes how many there are
   * @throws BadCommand if it is none
   */
  static Action parse(String line, int nodes) {
    Words words = new Words(line);
    String verb = words.word("an action");
    Action action =
        switch (verb) {
          case "crash" -> new Crash(node(words, nodes), isPower(words));
          case "restart" -> new Restart(node(words, nodes));
          case "pause" -> new Pause(node(words, nodes));
          case "resume" -> new Resume(node(words, nodes));
          case "hurry" -> new Hurry(node(words, nodes));
          case "await" ->
              new Await(node(words, nodes), words.number("the ms", 0, AWAIT_MILLIS_MAX));
          case "align" -> new Align();
          case "spread" -> new Spread();
          case "rate" ->
              new Rate(node(words, nodes), (int) words.number("the rate per thousand", 0, 10_000));
          case "cut" -> new Cut(node(words, nodes), node(words, nodes));
          case "mend" -> new Mend(node(words, nodes), node(words, nodes));
          case "split" -> new Split(groups(words, nodes));
          case "heal" -> new Heal();
          case "storm" ->
              new Storm(
                  words.number("the seed", 0, Setup.SEED_MAX),
                  words.number("the ms", 1, STORM_MILLIS_MAX));
          case "calm" -> new Calm();
          case "sky" -> new Alter(Setup.Sky.parse(words));
          case "drop" -> new Drop(words.number("a message", 1, Long.MAX_VALUE));
          case "deliver" -> new Deliver(words.number("a message", 1, Long.MAX_VALUE));
          case "put" -> new Put(node(words, nodes), words.text("a key"), words.text("a value"));
          case "delete" -> new Delete(node(words, nodes), words.text("a key"));
          case "get" -> new Get(node(words, nodes), words.text("a key"));
          case "swap" ->
              new Swap(
                  node(words, nodes),
                  words.text("a key"),
                  words.text("the value now"),
                  words.text("the value then"));
          case "once" ->
              new Once(
                  node(words, nodes),
                  words.text("a key"),
                  words.text("a value"),
                  words.number("a request's number", 1, Run.MOMENT_MAX),
                  client(words));
          case "close" -> new Close(node(words, nodes), client(words));
          case "member" -> Members.parse(words, nodes);
          case "transfer" -> new Transfer(node(words, nodes), node(words, nodes));
          default -> throw new BadCommand("\"%s\" is no action, in \"%s\"", verb, line);
        };
    words.end();
    return action;
  }

  private static NodeId node(Words words, int nodes) {
    return new NodeId(words.number("a node", 1, nodes));
  }

  private static int client(Words words) {
    return words.hasNext() ? (int) words.number("a client", 1, CLIENTS_MAX) : 1;
  }

  private static boolean isPower(Words words) {
    String loss = words.word("process or power");
    if (!loss.equals("process") && !loss.equals("power")) {
      throw new BadCommand("a crash is of a process or of power, not of \"%s\"", loss);
    }
    return loss.equals("power");
  }

  private static String groups(Words words, int nodes) {
    String groups = words.word("a group for each node");
    if (groups.length() != nodes || !areDigits(groups)) {
      throw new BadCommand(
          "\"%s\" must give each of the %s nodes a group, a digit each", groups, nodes);
    }
    return groups;
  }

  private static boolean areDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
