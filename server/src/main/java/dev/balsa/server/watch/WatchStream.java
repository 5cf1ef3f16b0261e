package dev.balsa.server.watch;

import dev.balsa.kv.KeyRange;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.raft.Bytes;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Login;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One client's stream and the watchers on it. */
final class WatchStream {
  static final long NO_ID = -1;
  private static final Bytes ZERO = Bytes.wrap(new byte[1]);

  final WatchWire wire;
  final boolean requiresLeader;
  private final Login login;

  /** Those of its watchers that are behind. */
  final Set<Watcher> behind = new LinkedHashSet<>();

  private final Map<Long, Watcher> watchers = new TreeMap<>();

  // Ids whose watchers a compaction ended stay taken until they are cancelled, as in etcd: those
  // that the client named, and those that were counted, of which there may be many.
  private final Set<Long> lostIds = new TreeSet<>();
  private final BitSet lostCounted = new BitSet();

  private long nextId;
  private boolean owesRequest;

  WatchStream(WatchWire wire, boolean requiresLeader, Login login) {
    this.wire = wire;
    this.login = login;
    this.requiresLeader = requiresLeader;
  }

  Collection<Watcher> watchers() {
    return watchers.values();
  }

  /** Why etcd would not create this watcher, null if it would. */
  @Nullable String refusal(WatchCreateRequest request, KeyRange range) {
    EtcdError denied = login.errorInRead(range);
    if (denied != null) {
      return "rpc error: code = %s desc = %s".formatted(goName(denied), denied.text());
    }
    boolean empty =
        !range.isSingle() && !range.isFromKey() && range.key().compareTo(range.end()) >= 0;
    if (empty) {
      return "mvcc: watcher range is empty";
    }
    return request.getWatchId() != 0 && isTaken(request.getWatchId())
        ? "mvcc: duplicate watch ID provided on the WatchStream"
        : null;
  }

  /** etcd's clients look for the form in which Go prints such an error. */
  private static String goName(EtcdError error) {
    return switch (error.status().getCode()) {
      case UNAUTHENTICATED -> "Unauthenticated";
      case INVALID_ARGUMENT -> "InvalidArgument";
      default -> "PermissionDenied";
    };
  }

  Watcher create(WatchCreateRequest request, KeyRange range) {
    long id = request.getWatchId();
    if (id == 0) {
      while (isTaken(nextId)) {
        nextId++;
      }
      id = nextId++;
    }
    Watcher watcher = new Watcher(this, id, range, request);
    watchers.put(id, watcher);
    return watcher;
  }

  private boolean isTaken(long id) {
    return watchers.containsKey(id) || lostIds.contains(id) || isLostCounted(id);
  }

  private boolean isLostCounted(long id) {
    return id >= 0 && id < Math.min(nextId, Integer.MAX_VALUE) && lostCounted.get((int) id);
  }

  /** Frees {@code id} if only a watcher that a compaction ended holds it; whether that was so. */
  boolean free(long id) {
    boolean counted = isLostCounted(id);
    if (counted) {
      lostCounted.clear((int) id);
    }
    return lostIds.remove(id) || counted;
  }

  /** As everywhere in etcd, no key means the smallest one. */
  static KeyRange range(KeyRange asked) {
    return asked.key().isEmpty() ? new KeyRange(ZERO, asked.end()) : asked;
  }

  /** The watcher that is no more, null if there was none of this id. */
  @Nullable Watcher remove(long id) {
    return watchers.remove(id);
  }

  /** A compaction ends {@code watcher}. */
  void lose(Watcher watcher) {
    watchers.remove(watcher.id);
    if (watcher.idNamed) {
      lostIds.add(watcher.id);
    } else if (watcher.id < Integer.MAX_VALUE) {
      lostCounted.set((int) watcher.id);
    }
  }

  /** A request was answered: the next may come, but not before the client reads answers. */
  void requestNext() {
    owesRequest = !wire.isReady();
    if (!owesRequest) {
      wire.requestNext();
    }
  }

  void becameReady() {
    if (owesRequest && wire.isReady()) {
      owesRequest = false;
      wire.requestNext();
    }
  }
}
