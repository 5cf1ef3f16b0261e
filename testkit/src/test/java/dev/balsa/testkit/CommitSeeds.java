package dev.balsa.testkit;

/** Where the seeds of a build begin: elsewhere for every commit, so that each looks at new ones. */
final class CommitSeeds {
  /** What {@code ./check} sets to the commit's id. */
  private static final String VARIABLE = "BALSA_COMMIT";

  private static final long WITHOUT_COMMIT = 1_000_000;

  private CommitSeeds() {}

  static long first() {
    String commit = System.getenv(VARIABLE);
    if (commit == null || !commit.matches("[0-9a-f]{12,}")) {
      return WITHOUT_COMMIT;
    }
    return Long.parseLong(commit.substring(0, 12), 16) * 1000;
  }
}
