package dev.balsa.raft;

/** Why a leader takes no commands, or a node would take none if it led. */
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
   * The disk is full: {@link Refusal#DISK_FULL}. A leader hands over to another voter if it can; a
   * follower takes entries only as long as the room lasts.
   *
   * @param roomBytes how many bytes of entries still fit
   */
  record DiskFull(long roomBytes) implements NoCommands {
    @Override
    public String text() {
      return "this node's disk is full; %s bytes of entries still fit into its log"
          .formatted(roomBytes);
    }

    @Override
    public String remedy() {
      return "free space on this disk; the node goes on by itself";
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
