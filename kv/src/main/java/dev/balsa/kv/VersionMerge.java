package dev.balsa.kv;

import dev.balsa.kv.OrderedStore.Cursor;
import dev.balsa.kv.Versions.Visitor;
import dev.balsa.raft.Bytes;
import org.jspecify.annotations.Nullable;

/** Walks LIVE and HISTORY side by side to see keys as they were at one revision. */
final class VersionMerge {
  private final Cursor live;
  private final Cursor past;
  private final long revision;
  private @Nullable Bytes liveKey;
  private @Nullable Bytes pastKey;

  VersionMerge(Cursor live, Cursor past, long revision) {
    this.live = live;
    this.past = past;
    this.revision = revision;
  }

  void visitAll(Visitor visitor) {
    stepLive();
    stepPast();
    boolean more = true;
    for (Bytes key = smaller(); more && key != null; key = smaller()) {
      Bytes found = takeVersionOf(key);
      more = found == null || StoredVersion.isTombstone(found) || visitor.visit(key, found);
    }
  }

  /** The newest version of {@code key} not after the revision; leaves both cursors behind it. */
  private @Nullable Bytes takeVersionOf(Bytes key) {
    Bytes found = null;
    while (key.equals(pastKey)) {
      if (HistoryKey.revision(past.key()) <= revision) {
        found = past.value();
      }
      stepPast();
    }
    if (key.equals(liveKey)) {
      if (StoredVersion.modRevision(live.value()) <= revision) {
        found = live.value();
      }
      stepLive();
    }
    return found;
  }

  private @Nullable Bytes smaller() {
    if (liveKey == null || pastKey == null) {
      return liveKey == null ? pastKey : liveKey;
    }
    return liveKey.compareTo(pastKey) <= 0 ? liveKey : pastKey;
  }

  private void stepLive() {
    liveKey = live.next() ? live.key() : null;
  }

  private void stepPast() {
    pastKey = past.next() ? HistoryKey.userKey(past.key()) : null;
  }
}
