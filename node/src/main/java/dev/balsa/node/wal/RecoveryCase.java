package dev.balsa.node.wal;

import dev.balsa.node.StorageException;

/** What recovery can find: each case with its one answer. */
public enum RecoveryCase {
  /** No record yet. */
  EMPTY("the log is empty"),
  /** The last record is followed by zeros. */
  CLEAN("the log ends cleanly"),
  /** The last write was cut off before it was forced: overwritten with zeros. */
  TORN_TAIL_CUT("a write that was never forced was cut"),
  /** The mark that a clean stop leaves is damaged, and nothing else: overwritten with zeros. */
  MARK_CUT("the mark of a clean stop is damaged and was cut; nothing else is lost"),
  /** Forced records are damaged: the log was cut there, the peers send the rest again. */
  DAMAGE_CUT("a damaged part of the log was cut, to be got from the peers again"),
  /** A segment whose preparation was interrupted: deleted. */
  HALF_CREATED_REMOVED("a segment that was never used was removed"),
  /** Forced records are damaged: the log of many groups was written anew without them. */
  WRITTEN_ANEW(
      "a part of the log is damaged; all else was written anew, and what is missing is to be got"
          + " from the peers again"),
  /** The identity is there, the log is not. */
  LOG_MISSING("the log is missing"),
  /** A number between the first and the last segment is missing. */
  SEGMENT_MISSING("a segment is missing"),
  /** The file is shorter or longer than it was made. */
  SEGMENT_CUT("the segment has the wrong size"),
  /** A segment's first block does not check out. */
  SEGMENT_HEADER_DAMAGED("the segment's header is damaged"),
  /** A segment of another cluster, node, incarnation or number. */
  FOREIGN_SEGMENT("the segment belongs to another log"),
  /** Written by a version to come. */
  NEWER_FORMAT("the format is newer than this version"),
  /** A record does not check out, and what follows proves that it was forced. */
  DAMAGED_BEFORE_TAIL("a forced record is damaged"),
  /** The last record does not check out, though all of its sectors had been written. */
  DAMAGED_AT_TAIL("a fully written record is damaged"),
  /** A valid header says more bytes than the segment has. */
  RECORD_TOO_LONG("a record is longer than the rest of its segment"),
  /** A valid record does not follow its predecessor: others are lost, or it is misplaced. */
  RECORD_OUT_OF_ORDER("a record does not follow its predecessor"),
  /** A segment that does not begin with term and vote, or entries of a later term than on disk. */
  HARD_STATE_MISSING("term and vote are missing"),
  /** Term going back, or a second vote in one term. */
  HARD_STATE_REGRESSED("term and vote go back"),
  /** What the log promised before it was damaged does not check out itself. */
  REPAIR_FILE_DAMAGED("what is left to be repaired is not known"),
  /** A log of one group where one of many is wanted, or the reverse. */
  ONE_OR_MANY("the log is of another kind"),
  /** A record of another group, type or inner format. */
  RECORD_UNKNOWN("the record is not one this version writes");

  private static final String RESTORE =
      "restore the data directory from a copy, or remove this member from the cluster and add it"
          + " anew with an empty --data-dir";

  /** A node whose disk is lost is taken back by each group's leader, one by one. */
  private static final String RESTORE_MANY =
      "restore the data directory from a copy, or start this node with an empty data directory and"
          + " make its groups anew with Membership.UNKNOWN: the leaders of those that have other"
          + " members take it back and send them";

  private final String text;

  RecoveryCase(String text) {
    this.text = text;
  }

  /** The case in words. */
  public String text() {
    return text;
  }

  /** Whether something that stood in the log was cut from it. */
  boolean isCut() {
    return switch (this) {
      case TORN_TAIL_CUT, MARK_CUT, DAMAGE_CUT, WRITTEN_ANEW -> true;
      default -> false;
    };
  }

  StorageException refuse(String path, long offset, String detail) {
    String remedy =
        switch (this) {
          case NEWER_FORMAT -> "start the newer version that wrote it";
          case ONE_OR_MANY ->
              "open it by RaftNode if it holds one group, by RaftHost if it holds many";
          case LOG_MISSING ->
              "name it by --wal-dir if it was kept apart from the data directory, else " + RESTORE;
          default -> RESTORE;
        };
    return refuse(path, offset, detail, remedy);
  }

  /** The same for a log of many groups. */
  StorageException refuseMany(String path, long offset, String detail) {
    return refuse(path, offset, detail, RESTORE_MANY);
  }

  private StorageException refuse(String path, long offset, String detail, String remedy) {
    return new StorageException(
        "%s at offset %d: %s: %s; %s".formatted(path, offset, text, detail, remedy));
  }
}
