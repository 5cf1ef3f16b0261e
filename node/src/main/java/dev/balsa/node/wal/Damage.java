package dev.balsa.node.wal;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.Membership;
import org.jspecify.annotations.Nullable;

/**
 * What a damaged log still tells for sure.
 *
 * @param segment where the damage begins: the segment's number
 * @param offset where in it, in bytes; 0 if it is the segment's first block
 * @param hardState the latest term and vote, which an intact record after the damage tells
 * @param last where the log ended, or any later place
 * @param membership the latest one in an intact record, or null if there is none
 */
record Damage(
    long segment,
    long offset,
    HardState hardState,
    EntryId last,
    @Nullable Membership membership) {}
