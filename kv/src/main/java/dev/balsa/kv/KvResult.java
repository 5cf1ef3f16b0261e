package dev.balsa.kv;

import dev.balsa.raft.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command or a read came to. */
public sealed interface KvResult {

  /**
   * A request that was carried out.
   *
   * <p>{@link #revision()} is the store's revision after a command, or the current one at a read.
   */
  sealed interface Done extends KvResult {
    long revision();
  }

  /**
   * A key was written; {@code prev} is the record before the write, if it was asked for and
   * existed.
   */
  record PutDone(long revision, @Nullable KeyValue prev) implements Done {}

  /**
   * The keys that a range read found.
   *
   * @param more whether {@code limit} cut something off
   * @param count how many keys are in the range, whatever limit and filters say
   */
  record RangeDone(long revision, List<KeyValue> kvs, boolean more, long count) implements Done {
    public RangeDone {
      kvs = List.copyOf(kvs);
    }
  }

  /** Keys were deleted; {@code prevs} are the deleted records, if they were asked for. */
  record DeleteDone(long revision, long deleted, List<KeyValue> prevs) implements Done {
    public DeleteDone {
      prevs = List.copyOf(prevs);
    }
  }

  /** A transaction ran; {@code results} belong to the branch that ran, one for each operation. */
  record TxnDone(long revision, boolean succeeded, List<Done> results) implements Done {
    public TxnDone {
      results = List.copyOf(results);
    }
  }

  record CompactDone(long revision) implements Done {}

  /** A lease was made. */
  record LeaseGranted(long revision, long id, long ttlSeconds) implements Done {}

  /**
   * Leases ended; {@code ids} are those that existed.
   *
   * @param revision of the last of their deletions
   */
  record LeasesEnded(long revision, List<Long> ids) implements Done {
    public LeasesEnded {
      ids = List.copyOf(ids);
    }
  }

  /** What is left of leases was written down; {@code remaining} names those that existed. */
  record LeasesMarked(long revision, List<Command.Remaining> remaining) implements Done {
    public LeasesMarked {
      remaining = List.copyOf(remaining);
    }
  }

  /** Alarms were raised or cleared; {@code alarms} names them, those raised already included. */
  record AlarmsChanged(long revision, List<Alarm> alarms) implements Done {
    public AlarmsChanged {
      alarms = List.copyOf(alarms);
    }
  }

  /** Users, roles or permissions are as asked for; {@code revision} is the store's. */
  record AuthDone(long revision) implements Done {}

  /**
   * A user has a token.
   *
   * @param passwordHash the user's, as it was looked at
   * @param tokenDigest as the command had it
   * @param authRevision at which that was
   * @param index of the entry that says so
   * @param atMillis when the password was looked at, as the command had it
   */
  record LoggedIn(
      long revision,
      Bytes user,
      Bytes passwordHash,
      Bytes tokenDigest,
      long authRevision,
      long index,
      long atMillis)
      implements Done {
    @Override
    public String toString() {
      return "LoggedIn[user=" + user + ", authRevision=" + authRevision + ", index=" + index + "]";
    }
  }

  /** A client's session was opened, closed, or is known to live; the store is as it was. */
  record SessionDone(long revision, long session) implements Done {}

  /** Nothing was changed. */
  record Failed(KvError error, long revision) implements KvResult {}

  /** Why a request failed; the server gives each its gRPC code and etcd's text. */
  enum KvError {
    KEY_NOT_PROVIDED,
    /** An empty operation in a transaction, or ignore_value / ignore_lease on an absent key. */
    KEY_NOT_FOUND,
    VALUE_PROVIDED,
    LEASE_PROVIDED,
    LEASE_NOT_FOUND,
    LEASE_EXISTS,
    LEASE_TTL_TOO_LARGE,
    TOO_MANY_OPS,
    DUPLICATE_KEY,
    COMPACTED,
    FUTURE_REVISION,
    /** An alarm says that the store is over its quota. */
    NO_SPACE,
    /** An alarm says that members disagree about the data. */
    CORRUPT,
    /** No user was named where one is needed. */
    USER_EMPTY,
    ROLE_EMPTY,
    USER_EXISTS,
    USER_NOT_FOUND,
    ROLE_EXISTS,
    ROLE_NOT_FOUND,
    ROLE_NOT_GRANTED,
    PERMISSION_NOT_GRANTED,
    PERMISSION_DENIED,
    ROOT_USER_MISSING,
    ROOT_ROLE_MISSING,
    /** What must not be done to root, or a permission for a range that is none. */
    INVALID_AUTH_MANAGEMENT,
    AUTH_NOT_ENABLED,
    /** A wrong password, or a user that is not there. */
    AUTH_FAILED,
    /** Users, roles or permissions have changed since the caller was made out. */
    AUTH_OLD_REVISION,
    /** The session has ended: what is unanswered took effect once or never, and will not again. */
    SESSION_EXPIRED,
    /** The client has said that it wants no answer to this request of its session. */
    SESSION_SUPERSEDED,
    /** As many answers of the session are kept as can be. */
    SESSION_FULL,
    /** As many sessions are open as can be. */
    TOO_MANY_SESSIONS,
    /** A committed command that is none; only an embedder that submits bytes of its own sees it. */
    MALFORMED
  }
}
