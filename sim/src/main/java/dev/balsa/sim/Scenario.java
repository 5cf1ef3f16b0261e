package dev.balsa.sim;

import dev.balsa.raft.NodeId;
import dev.balsa.sim.Plan.ClientPlan;
import dev.balsa.sim.Plan.TimedFault;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans as text that a person can read, change and keep: a word and its values on each line, times
 * in nanoseconds, {@code #} before a comment. The order of lines is that of {@link #text}.
 */
public final class Scenario {
  private final List<String[]> lines = new ArrayList<>();
  private int next;
  private long machines; // known once their line was read

  private Scenario(String text) {
    for (String line : text.split("\n", -1)) {
      int comment = line.indexOf('#');
      String words = (comment < 0 ? line : line.substring(0, comment)).trim();
      if (!words.isEmpty()) {
        lines.add(words.split(" +", -1));
      }
    }
  }

  /** The text of a plan. */
  public static String text(Plan plan) {
    Plan.Window window = plan.window();
    Weather weather = plan.weather();
    StringBuilder text = new StringBuilder();
    line(text, "seed", plan.seed());
    line(text, "nodes", plan.nodes());
    line(text, "storm", plan.stormNanos());
    line(text, "timing", plan.timing());
    line(
        text,
        "window",
        window.appendBytes(),
        window.inflightMessages(),
        window.inflightBytes(),
        window.uncommittedBytes(),
        window.cacheBytes());
    line(text, "host", plan.host());
    line(
        text,
        "weather",
        weather.loss(),
        weather.report(),
        weather.duplicate(),
        weather.clog(),
        weather.delayNanosMax(),
        weather.forceNanosMax());
    Plan.Snapshots snapshots = plan.snapshots();
    line(
        text,
        "snapshots",
        snapshots.entries(),
        snapshots.tailEntries(),
        snapshots.inflightBytes(),
        snapshots.chunkBytes(),
        snapshots.bytesPerSecond());
    line(text, "elections", plan.elections().preVote(), plan.elections().preferred());
    line(text, "churn", plan.churn().spares(), plan.churn().linger());
    for (ClientPlan client : plan.clients()) {
      line(text, "client", client.client(), client.thinkNanos(), client.requestsMax());
    }
    for (TimedFault fault : plan.faults()) {
      line(text, "at", fault.at(), fault.fault().name(), values(fault.fault()));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Object... words) {
    for (int i = 0; i < words.length; i++) {
      text.append(i == 0 ? "" : " ").append(words[i]);
    }
    text.append('\n');
  }

  private static String values(Fault fault) {
    return switch (fault) {
      case Fault.PowerCut(NodeId node, long down) -> node + " " + down;
      case Fault.Kill(NodeId node, long down) -> node + " " + down;
      case Fault.Pause(NodeId node, long nanos) -> node + " " + nanos;
      case Fault.Cut(NodeId from, NodeId to) -> from + " " + to;
      case Fault.Split(List<NodeId> side) ->
          String.join(" ", side.stream().map(NodeId::toString).toList());
      case Fault.Mend() -> "";
      case Fault.Hang(NodeId node, long nanos) -> node + " " + nanos;
      case Fault.FailForce(NodeId node) -> node.toString();
      case Fault.FillDisk(NodeId node, long nanos) -> node + " " + nanos;
      case Fault.Rate(NodeId node, int perMille) -> node + " " + perMille;
      case Fault.Freeze(NodeId node, long nanos) -> node + " " + nanos;
      case Fault.Jump(NodeId node, long nanos) -> node + " " + nanos;
      case Fault.FailRead(NodeId node) -> node.toString();
      case Fault.CutShort(NodeId node) -> node.toString();
      case Fault.SlowDisk(NodeId node, long force, long nanos) -> node + " " + force + " " + nanos;
      case Fault.DamageDisk(NodeId node, var kind, long chance) -> node + " " + chance;
      case Fault.Wipe(NodeId node) -> node.toString();
      case Fault.LoseDisk(NodeId node, long down) -> node + " " + down;
      case Fault.Reshape(NodeId node, long chance) -> node + " " + chance;
      case Fault.Transfer(NodeId node, NodeId target) -> node + " " + target;
    };
  }

  /**
   * Reads a plan.
   *
   * @throws IllegalArgumentException naming the line that is wrong
   */
  public static Plan parse(String text) {
    return new Scenario(text).plan();
  }

  private Plan plan() {
    long seed = number(take("seed"), 1);
    int nodes = count(take("nodes"), 1);
    long storm = amount(take("storm"), 1);
    Plan.Timing timing = constant(Plan.Timing.values(), take("timing"), 1);
    String[] w = take("window");
    Plan.Window window =
        new Plan.Window(amount(w, 1), count(w, 2), amount(w, 3), amount(w, 4), amount(w, 5));
    Plan.Host host = constant(Plan.Host.values(), take("host"), 1);
    String[] r = take("weather");
    Weather weather =
        new Weather(count(r, 1), count(r, 2), count(r, 3), count(r, 4), amount(r, 5), amount(r, 6));
    String[] s = take("snapshots");
    Plan.Snapshots snapshots =
        new Plan.Snapshots(amount(s, 1), amount(s, 2), amount(s, 3), count(s, 4), amount(s, 5));
    String[] e = take("elections");
    Plan.Elections elections =
        new Plan.Elections(constant(Plan.Asking.values(), e, 1), truth(e, 2));
    String[] c = take("churn");
    Plan.Churn churn = new Plan.Churn(count(c, 1), truth(c, 2));
    machines = (long) nodes + churn.spares();
    List<ClientPlan> clients = new ArrayList<>();
    List<TimedFault> faults = new ArrayList<>();
    while (next < lines.size() && lines.get(next)[0].equals("client")) {
      String[] client = take("client");
      if (amount(client, 2) == 0) {
        throw wrong(client, "has a client that asks without end, at place 2");
      }
      clients.add(new ClientPlan(number(client, 1), amount(client, 2), amount(client, 3)));
    }
    while (next < lines.size()) {
      String[] fault = take("at");
      faults.add(new TimedFault(amount(fault, 1), fault(fault)));
    }
    return new Plan(
        seed, nodes, storm, timing, window, host, weather, clients, faults, snapshots, elections,
        churn);
  }

  private Fault fault(String[] words) {
    return switch (words.length < 3 ? "" : words[2]) {
      case "power-cut" -> new Fault.PowerCut(node(words, 3), amount(words, 4));
      case "kill" -> new Fault.Kill(node(words, 3), amount(words, 4));
      case "pause" -> new Fault.Pause(node(words, 3), amount(words, 4));
      case "cut" -> new Fault.Cut(node(words, 3), node(words, 4));
      case "split" -> {
        List<NodeId> side = new ArrayList<>();
        for (int i = 3; i < words.length; i++) {
          side.add(node(words, i));
        }
        yield new Fault.Split(side);
      }
      case "mend" -> new Fault.Mend();
      case "hang" -> new Fault.Hang(node(words, 3), amount(words, 4));
      case "fail-force" -> new Fault.FailForce(node(words, 3));
      case "fill-disk" -> new Fault.FillDisk(node(words, 3), amount(words, 4));
      case "rate" -> new Fault.Rate(node(words, 3), count(words, 4));
      case "freeze" -> new Fault.Freeze(node(words, 3), amount(words, 4));
      case "jump" -> new Fault.Jump(node(words, 3), number(words, 4));
      case "fail-read" -> new Fault.FailRead(node(words, 3));
      case "cut-short" -> new Fault.CutShort(node(words, 3));
      case "slow-disk" -> new Fault.SlowDisk(node(words, 3), amount(words, 4), amount(words, 5));
      case "flip" -> damage(words, Storage.Damage.FLIP);
      case "zero" -> damage(words, Storage.Damage.ZERO);
      case "misdirect" -> damage(words, Storage.Damage.MISDIRECT);
      case "wipe" -> new Fault.Wipe(node(words, 3));
      case "lose-disk" -> new Fault.LoseDisk(node(words, 3), amount(words, 4));
      case "reshape" -> new Fault.Reshape(node(words, 3), number(words, 4));
      case "transfer" -> new Fault.Transfer(node(words, 3), node(words, 4));
      default -> throw wrong(words, "names no fault");
    };
  }

  private String[] take(String word) {
    String[] line = next < lines.size() ? lines.get(next++) : new String[] {"the end"};
    if (!line[0].equals(word) || line.length < 2) {
      throw wrong(line, "stands where '" + word + "' and its values belong");
    }
    return line;
  }

  private Fault damage(String[] words, Storage.Damage kind) {
    return new Fault.DamageDisk(node(words, 3), kind, number(words, 4));
  }

  /** A machine, or whoever leads. */
  private NodeId node(String[] words, int at) {
    String word = at < words.length ? words[at] : "";
    if (!word.matches("[0-9a-f]{1,8}") || Long.parseLong(word, 16) > machines) {
      throw wrong(words, "has no node at place %d, there are 1 to %x".formatted(at, machines));
    }
    return new NodeId(Long.parseLong(word, 16));
  }

  private static <E extends Enum<E>> E constant(E[] constants, String[] words, int at) {
    for (E constant : constants) {
      if (at < words.length && constant.name().equals(words[at])) {
        return constant;
      }
    }
    throw wrong(words, "has an unknown word at place " + at);
  }

  private static boolean truth(String[] words, int at) {
    return switch (at < words.length ? words[at] : "") {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(words, "has neither true nor false at place " + at);
    };
  }

  private static long number(String[] words, int at) {
    try {
      return Long.parseLong(at < words.length ? words[at] : "");
    } catch (NumberFormatException e) {
      throw wrong(words, "has no number at place " + at);
    }
  }

  private static long amount(String[] words, int at) {
    long number = number(words, at);
    if (number < 0) {
      throw wrong(words, "has a number below 0 at place " + at);
    }
    return number;
  }

  private static int count(String[] words, int at) {
    long number = amount(words, at);
    if (number > Integer.MAX_VALUE) {
      throw wrong(words, "has too great a number at place " + at);
    }
    return (int) number;
  }

  private static IllegalArgumentException wrong(String[] words, String what) {
    return new IllegalArgumentException("scenario line '" + String.join(" ", words) + "' " + what);
  }
}
