package dev.balsa.raft;

/** Why a leader takes no commands. */
public sealed interface NoCommands extends Why {
  @Override
  default Question question() {
    return Question.COMMANDS_REFUSED;
  }

  /** It hands over to {@code target} (thesis §3.10): {@link Refusal#TRANSFERRING}. */
  record HandingOver(NodeId target) implements NoCommands {
    @Override
    public String text() {
      return "the leadership is being handed over to member " + target;
    }

    @Override
    public String remedy() {
      return "wait: it ends within the longest election timeout";
    }
  }

  /**
   * As many bytes as may be uncommitted are: {@link Refusal#UNCOMMITTED_BYTES}.
   *
   * @param bytes how many are
   * @param bytesMax {@link RaftConfig#uncommittedBytesMax()}
   */
  record UncommittedFull(long bytes, long bytesMax) implements NoCommands {
    @Override
    public String text() {
      return "%s bytes are uncommitted, at most %s may be".formatted(bytes, bytesMax);
    }

    @Override
    public String remedy() {
      return "see why nothing commits, or ask for less at a time";
    }
  }
}
