package dev.balsa.server.watch;

import dev.balsa.kv.KeyRange;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchCreateRequest.FilterType;
import java.util.ArrayList;
import java.util.List;

/** One watcher of a stream. */
final class Watcher {
  final WatchStream stream;
  final long id;
  final boolean idNamed; // by the client
  final KeyRange range;
  final boolean prevKv;
  final boolean fragment;
  final boolean progress;

  /** The first revision that the client named, 0 if it took the next one. */
  final long startRevision;

  private final boolean withoutPuts;
  private final boolean withoutDeletes;

  /** Changes before this revision are not for it: it has them, or never wanted them. */
  long next;

  /** Whether it lacks something of the revisions from {@code next} to the newest. */
  boolean behind;

  /** Whether nothing was sent to it since the last round of progress notes. */
  boolean quiet;

  /** Gathered for the next response; empty between two inputs of the desk. */
  final List<WatchedChange> pending = new ArrayList<>();

  /** Their size, in bytes. */
  long pendingBytes;

  Watcher(WatchStream stream, long id, KeyRange range, WatchCreateRequest request) {
    this.stream = stream;
    this.id = id;
    this.idNamed = request.getWatchId() != 0;
    this.range = range;
    this.prevKv = request.getPrevKv();
    this.fragment = request.getFragment();
    this.progress = request.getProgressNotify();
    this.startRevision = request.getStartRevision();
    this.withoutPuts = request.getFiltersList().contains(FilterType.NOPUT);
    this.withoutDeletes = request.getFiltersList().contains(FilterType.NODELETE);
  }

  boolean wants(WatchedChange change) {
    return change.revision() >= next && !(change.isDelete() ? withoutDeletes : withoutPuts);
  }

  void gather(WatchedChange change) {
    pending.add(change);
    pendingBytes += change.bytes();
  }

  void clearPending() {
    pending.clear();
    pendingBytes = 0;
  }
}
