package dev.balsa.web;

import dev.balsa.raft.SplitMix;
import java.util.ArrayList;
import java.util.List;

/** What a restless person might do to a run, drawn from a seed. */
final class RandomActions {
  private final SplitMix chance;
  private final int nodes;
  private final List<String> commands = new ArrayList<>();

  private RandomActions(long seed) {
    chance = new SplitMix(seed);
    int voters = 1 + (int) chance.nextBetween(0, 8);
    int spares = (int) chance.nextBetween(0, 2);
    nodes = voters + spares;
    commands.add(
        "open seed %d;nodes %d;spares %d;snapshots %d;pre-vote %s;lease %s;sky 1 %d %d %d %d"
            .formatted(
                seed,
                voters,
                spares,
                2 * below(3),
                below(2) == 0 ? "on" : "off",
                below(4) == 0 ? "on" : "off",
                2 + below(40),
                below(40),
                below(40),
                1 + below(20)));
  }

  /** The commands of a session, for {@link Session#call}; the last asks for the hash. */
  static List<String> draw(long seed) {
    RandomActions actions = new RandomActions(seed);
    long time = 0;
    for (int i = 0; i < 10; i++) {
      time += 1_000_000 * (1 + actions.below(120));
      actions.commands.add("until " + time);
      actions.commands.add("act " + actions.next(i));
    }
    actions.commands.add("step");
    actions.commands.add("back");
    actions.commands.add("hash");
    return actions.commands;
  }

  private String next(int i) {
    return switch ((int) below(23)) {
      case 0 -> "crash " + node() + " power";
      case 1 -> "crash " + node() + " process";
      case 2, 3 -> "restart " + node();
      case 4 -> "pause " + node();
      case 5 -> "resume " + node();
      case 6 -> "hurry " + node();
      case 7 -> "cut " + node() + " " + node();
      case 8 -> "heal";
      case 10 -> "transfer " + node() + " " + node();
      case 11 -> "member " + node() + " add " + nodes;
      case 12 -> "member " + node() + " remove " + node();
      case 13 -> "swap " + node() + " k" + below(3) + " v1 v" + i;
      case 16 -> "align";
      case 17 -> "spread";
      case 18 -> "await " + node() + " " + below(300);
      case 19 -> "rate " + node() + " " + (500 + 100 * below(11));
      case 20 ->
          "once "
              + node()
              + " k"
              + below(3)
              + " v"
              + i
              + " "
              + (1 + below(2))
              + " "
              + (1 + below(2));
      case 14 -> "close " + node() + " " + (1 + below(2));
      case 21 -> "storm " + below(1000) + " " + (1 + below(400));
      case 22 -> "calm";
      case 9 -> "get " + node() + " k" + below(3);
      default -> "put " + node() + " k" + below(3) + " v" + i;
    };
  }

  private long node() {
    return 1 + below(nodes);
  }

  private long below(long bound) {
    return chance.nextBetween(0, bound);
  }
}
