package dev.balsa.node.wal;

import dev.balsa.raft.EntryId;

/**
 * What damage to a log of many groups took from one of them.
 *
 * @param end where the group's log ended, or any later place
 * @param voteLost whether its term and vote are lost too, so that it could vote twice: nobody may
 *     take part in it with this log
 */
record Loss(EntryId end, boolean voteLost) {
  /** Of what this log lost now and what it had not got back since it lost it before. */
  Loss and(Loss earlier) {
    return new Loss(Repair.later(end, earlier.end()), voteLost || earlier.voteLost());
  }
}
