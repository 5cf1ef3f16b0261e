package dev.balsa.sim;

/**
 * What may happen to one node next, as one number: an act, and how the process crashes right after
 * it, if it does. Numbers, because an {@link Explorer} keeps millions.
 */
final class Move {
  /** The timer of the node rings. */
  static final int TIMER = 0;

  /** The least election timeout goes by and no timer rings yet. */
  static final int AGE = 1;

  /** The first write that is not durable becomes so. */
  static final int FORCE = 2;

  /** Nothing; what follows is a crash. */
  static final int NOTHING = 3;

  /** A client reads. */
  static final int READ = 4;

  private static final int REMOVE = 5; // the first node, and the others after it
  private static final int PROPOSE = 8; // and the proposals after it
  private static final int DELIVER = PROPOSE + Scope.PROPOSALS_MAX; // and the messages after it
  private static final int CRASHES = 16;

  private Move() {}

  static int propose(int proposal) {
    return PROPOSE + proposal;
  }

  /** Whether the act is a wish to remove a node. */
  static boolean changes(int act) {
    return act >= REMOVE && act < PROPOSE;
  }

  static int remove(int node) {
    return REMOVE + node - 1;
  }

  /** The node to remove. */
  static int removed(int act) {
    return act - REMOVE + 1;
  }

  static int deliver(int message) {
    return DELIVER + message;
  }

  static int of(int act) {
    return act * CRASHES;
  }

  /** After the act the process crashes, and {@code kept} halves of writes survive. */
  static int crashing(int act, int kept) {
    return act * CRASHES + 1 + kept;
  }

  static int act(int move) {
    return move / CRASHES;
  }

  /** How many halves of unforced writes survive the crash; -1 if there is none. */
  static int kept(int move) {
    return move % CRASHES - 1;
  }

  /** The most halves of writes that a move can keep. */
  static final int KEPT_MAX = CRASHES - 2;

  /** The message that is delivered, or -1. */
  static int message(int act) {
    return act < DELIVER ? -1 : act - DELIVER;
  }

  /** The command that is proposed, or -1. */
  static int proposal(int act) {
    return act >= PROPOSE && act < DELIVER ? act - PROPOSE : -1;
  }

  static String text(int move, Letters letters) {
    int act = act(move);
    String text =
        switch (act) {
          case TIMER -> "timer rings";
          case AGE -> "the least election timeout goes by";
          case FORCE -> "disk forces";
          case NOTHING -> "";
          case READ -> "client reads";
          default ->
              changes(act)
                  ? "client removes node " + removed(act)
                  : act < DELIVER
                      ? "client proposes command " + proposal(act)
                      : "gets " + letters.get(message(act)).message();
        };
    int kept = kept(move);
    if (kept < 0) {
      return text;
    }
    String crash =
        "crashes, keeps " + kept / 2 + " unforced writes" + (kept % 2 == 0 ? "" : " and a half");
    return text.isEmpty() ? crash : text + ", then " + crash;
  }
}
