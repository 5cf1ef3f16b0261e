package dev.balsa.node.wal;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.DamagedWalk.Gap;
import dev.balsa.node.wal.RecordHeader.Place;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a log of one group that {@link Recovery} refused, past the damage, for what the
 * node promised.
 *
 * <pre>
 *   behind the damage                              term and vote    the log's end
 *   an intact record of term and vote              that one's       as before
 *   an intact record of entries, or a restart      as before        the record's
 *   entries with an intact header only             as before        the most that fits its length
 *   anything else that is lost                     unknown          unknown
 * </pre>
 *
 * <p>If term and vote are unknown at the end, nothing can be repaired: the node could vote twice.
 * If only the end is unknown, it is no later than any entry of the latest term can be.
 */
final class Survey implements DamagedWalk.Visitor {
  private final GroupId group;
  private final DamagedWalk walk;

  private @Nullable HardState hardState = HardState.INITIAL; // null: unknown
  private @Nullable EntryId last = EntryId.ZERO; // null: unknown
  private @Nullable Membership membership;

  private Survey(Directory directory, Identity identity, GroupId group) {
    this.group = group;
    this.walk = new DamagedWalk(directory, identity, this);
  }

  /** What the log of {@code directory} tells; null if that is not enough to repair it. */
  static @Nullable Damage of(Directory directory, Identity identity, GroupId group) {
    return new Survey(directory, identity, group).look();
  }

  private @Nullable Damage look() {
    boolean explained = walk.run();
    HardState known = hardState;
    if (!explained || !walk.isDamaged() || known == null || known.term() == 0) {
      return null;
    }
    EntryId end = last == null ? new EntryId(known.term(), Long.MAX_VALUE) : last;
    return new Damage(walk.damagedSegment(), walk.damagedOffset(), known, end, membership);
  }

  @Override
  public boolean lost(Gap gap) {
    hardState = null;
    last = null;
    return gap != Gap.UNSEEN || walk.isDamaged();
  }

  @Override
  public boolean headerOnly(RecordHeader header) {
    switch (header.type()) {
      case RecordHeader.ENTRIES -> last = lastAtMost(header);
      case RecordHeader.MARK -> {}
      case RecordHeader.RESTART -> last = null;
      case RecordHeader.HARD_STATE -> hardState = null;
      default -> lost(Gap.SEEN);
    }
    return header.group().equals(group);
  }

  @Override
  public boolean intact(RecordHeader header, byte[] body, Place place) throws MalformedException {
    switch (header.type()) {
      case RecordHeader.HARD_STATE -> {
        HardState before = hardState;
        hardState = RecordBody.hardState(body);
        return header.group().equals(group)
            && (before == null || hardState.term() >= before.term());
      }
      case RecordHeader.ENTRIES -> take(SliceCodec.parse(body, 0, body.length));
      case RecordHeader.MARK -> {}
      case RecordHeader.RESTART -> last = RecordBody.entryId(body);
      default -> {
        return false;
      }
    }
    return header.group().equals(group);
  }

  private void take(LogSlice slice) {
    last = slice.last();
    for (Entry entry : slice.entries()) {
      if (entry.payload() instanceof Payload.Configuration(Membership found)) {
        membership = found;
      }
    }
  }

  /** The last entry that a record of entries can have, by its header. */
  static EntryId lastAtMost(RecordHeader header) {
    long term = header.entry().term();
    long index = header.entry().first() - 1 + SliceCodec.entriesMax(header.length());
    return term == 0 ? EntryId.ZERO : new EntryId(term, Math.max(1, index));
  }
}
