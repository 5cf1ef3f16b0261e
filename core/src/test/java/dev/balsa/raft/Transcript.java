package dev.balsa.raft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs a scenario and says what came of it. A scenario is blocks with an empty line between them:
 * comments, commands, a line of four hyphens, and what the commands brought about, which is made
 * anew. Nothing is told of a block without that line. The commands, one on each line, nodes by
 * number:
 *
 * <pre>
 * nodes 3 [pre-vote]       a group, not started; the first command
 * tail 0                   snapshots cut the log but for so many entries; before any node starts
 * log 1 = 1 1 2            node 1 begins with entries of these terms; log 1 at 3 = …: its term is 3
 * wake 1, elect 1          node 1's timer runs out; the same, and all messages arrive
 * propose 1 a b            two commands in one batch
 * read 1 · transfer 1 2    what a client or an operator asks of node 1
 * change 1 +4 *4 -2        learner 4 is added, 4 promoted, 2 removed, as one change
 * join 4                   a node with an empty disk that knows nobody
 * deliver [n] · drop       all messages, or the n oldest ones, arrive; all are lost
 * beat 1 n                 leader 1 speaks n times, and all messages arrive
 * isolate 1 2 · heal       nothing reaches or leaves these; all goes through again
 * hold 1 · release 1       forces of node 1 do not end; they end
 * crash 1 · wipe 1         the process ends, with what was not forced; and with its disk
 * snapshot 1               node 1 makes a snapshot of what it may apply
 * pass 500 · run 500       milliseconds go by; and timers, messages and forces with them
 * messages · state         what is on its way; what each node is and has
 * </pre>
 */
final class Transcript {
  private static final String RULE = "----";
  private static final long MILLISECOND = 1_000_000;
  private static final int MEBIBYTE = 1 << 20;

  private final List<String> said = new ArrayList<>();
  private final List<Integer> nodes = new ArrayList<>();
  private final List<int[]> told = new ArrayList<>(); // how much of each kind each node had said
  private Group group = Group.of(1);

  private Transcript() {}

  /** The scenario with what comes of each block. */
  static String of(String scenario) {
    Transcript transcript = new Transcript();
    return Arrays.stream(scenario.strip().split("\n\n"))
            .map(transcript::block)
            .collect(Collectors.joining("\n\n"))
        + "\n";
  }

  private String block(String block) {
    List<String> input = block.lines().takeWhile(line -> !line.equals(RULE)).toList();
    said.clear();
    List<String> commands =
        input.stream()
            .map(line -> line.replaceAll("#.*", "").strip())
            .filter(it -> !it.isEmpty())
            .toList();
    for (String command : commands) {
      try {
        run(Arrays.asList(command.split("[ ,]+")));
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("'%s' cannot be done".formatted(command), e);
      }
      tell();
    }
    List<String> lines = new ArrayList<>(input);
    if (block.lines().anyMatch(RULE::equals)) {
      lines.add(RULE);
      lines.addAll(said);
    }
    return String.join("\n", lines);
  }

  private void run(List<String> words) {
    switch (words.getFirst()) {
      case "nodes" -> begin(number(words, 1), words.contains("pre-vote"));
      case "tail" -> group.rules(number(words, 1), MEBIBYTE, MEBIBYTE);
      case "log" -> log(words);
      case "wake" -> group.wake(number(words, 1));
      case "elect" -> group.elect(number(words, 1));
      case "propose" ->
          group.propose(number(words, 1), words.subList(2, words.size()).toArray(String[]::new));
      case "read" -> group.read(number(words, 1));
      case "transfer" -> group.transfer(number(words, 1), number(words, 2));
      case "change" ->
          group.change(
              number(words, 1),
              words.stream().skip(2).map(Transcript::change).toArray(Change[]::new));
      case "join" -> join(number(words, 1));
      case "deliver" -> group.deliver(words.size() > 1 ? number(words, 1) : Integer.MAX_VALUE);
      case "drop" -> group.dropAll();
      case "beat" -> group.beat(number(words, 1), number(words, 2));
      case "isolate" -> group.isolate(numbers(words));
      case "heal" -> group.heal();
      case "hold" -> group.hold(number(words, 1));
      case "release" -> group.release(number(words, 1));
      case "crash" -> group.crash(number(words, 1));
      case "wipe" -> group.wipe(number(words, 1));
      case "snapshot" -> group.snapshot(number(words, 1), 0);
      case "pass" -> group.advance(number(words, 1) * MILLISECOND);
      case "run" -> group.run(number(words, 1) * MILLISECOND);
      case "messages" ->
          group.queue().forEach(it -> said.add("to " + it.to() + ": " + plain(it.message())));
      case "state" -> nodes.forEach(node -> said.add(state(node)));
      default -> throw new IllegalArgumentException("no such command");
    }
  }

  private void begin(int size, boolean preVote) {
    group = preVote ? Group.preVoting(size) : Group.of(size);
    IntStream.rangeClosed(1, size).forEach(this::know);
  }

  private void join(int node) {
    group.join(node);
    know(node);
  }

  private void know(int node) {
    nodes.add(node);
    told.add(new int[said(node).size()]);
  }

  private void log(List<String> words) {
    int equals = words.indexOf("=");
    long term = equals > 2 ? number(words, equals - 1) : 0;
    long[] terms = words.stream().skip(equals + 1L).mapToLong(Long::parseLong).toArray();
    group.logAt(number(words, 1), term, terms);
  }

  private static Change change(String word) {
    NodeId node = Group.id(Integer.parseInt(word.substring(1)));
    return switch (word.charAt(0)) {
      case '+' -> new Change.Add(node, Seat.LEARNER, Bytes.EMPTY);
      case '*' -> new Change.Promote(node);
      case '-' -> new Change.Remove(node);
      default -> throw new IllegalArgumentException("a change is +, * or - and a node");
    };
  }

  /** Adds what nodes have said since the last time; which timeouts they drew aside. */
  private void tell() {
    for (int i = 0; i < nodes.size(); i++) {
      List<List<?>> kinds = said(nodes.get(i));
      for (int kind = 0; kind < kinds.size(); kind++) {
        List<?> all = kinds.get(kind);
        String who = nodes.get(i) + ": ";
        all.subList(told.get(i)[kind], all.size()).stream()
            .filter(it -> !(it instanceof Event.ElectionTimeoutDrawn))
            .forEach(it -> said.add(who + plain(it)));
        told.get(i)[kind] = all.size();
      }
    }
  }

  private List<List<?>> said(int node) {
    return List.of(
        group.events(node),
        group.proposals(node),
        group.changes(node),
        group.reads(node),
        group.transfers(node));
  }

  private String state(int node) {
    Status status = group.status(node);
    String role = status.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
    String log =
        group.disk(node).log().stream()
            .map(entry -> entry.id().toString())
            .collect(Collectors.joining(" "));
    return "%d: %s in %d, log [%s], commit %d"
        .formatted(node, role, status.term(), log, status.commit());
  }

  /** Without the brackets that records have, and with an outcome's whole name. */
  private static String plain(Object said) {
    Class<?> kind = said.getClass();
    Class<?> of = kind.getEnclosingClass();
    String text = said.toString();
    String fields = text.substring(text.indexOf('[') + 1, text.length() - 1);
    String family =
        of == null || of == Event.class || of == Message.class ? "" : of.getSimpleName();
    return (family + " " + kind.getSimpleName() + " " + fields).strip();
  }

  private static int number(List<String> words, int place) {
    return Integer.parseInt(words.get(place));
  }

  private static int[] numbers(List<String> words) {
    return words.stream().skip(1).mapToInt(Integer::parseInt).toArray();
  }
}
