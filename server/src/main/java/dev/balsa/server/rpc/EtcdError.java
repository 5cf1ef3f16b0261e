package dev.balsa.server.rpc;

import dev.balsa.kv.KvResult.KvError;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;

/**
 * The errors of the v3 API. Clients match on code and text, so both are part of the protocol and
 * must stay letter for letter as they are.
 */
public enum EtcdError {
  KEY_NOT_PROVIDED(Status.Code.INVALID_ARGUMENT, "key is not provided"),
  KEY_NOT_FOUND(Status.Code.INVALID_ARGUMENT, "key not found"),
  VALUE_PROVIDED(Status.Code.INVALID_ARGUMENT, "value is provided"),
  LEASE_PROVIDED(Status.Code.INVALID_ARGUMENT, "lease is provided"),
  TOO_MANY_OPS(Status.Code.INVALID_ARGUMENT, "too many operations in txn request"),
  DUPLICATE_KEY(Status.Code.INVALID_ARGUMENT, "duplicate key given in txn request"),
  INVALID_SORT_OPTION(Status.Code.INVALID_ARGUMENT, "invalid sort option"),
  REQUEST_TOO_LARGE(Status.Code.INVALID_ARGUMENT, "request is too large"),
  LEASE_NOT_FOUND(Status.Code.NOT_FOUND, "requested lease not found"),
  LEASE_EXISTS(Status.Code.FAILED_PRECONDITION, "lease already exists"),
  LEASE_TTL_TOO_LARGE(Status.Code.OUT_OF_RANGE, "too large lease TTL"),
  NO_SPACE(Status.Code.RESOURCE_EXHAUSTED, "mvcc: database space exceeded"),
  CORRUPT(Status.Code.DATA_LOSS, "corrupt cluster"),
  BAD_DOWNGRADE_FORMAT(Status.Code.INVALID_ARGUMENT, "wrong downgrade target version format"),
  BAD_DOWNGRADE_TARGET(Status.Code.INVALID_ARGUMENT, "invalid downgrade target version"),
  NO_DOWNGRADE(Status.Code.FAILED_PRECONDITION, "no inflight downgrade job"),
  TOO_MANY_REQUESTS(Status.Code.RESOURCE_EXHAUSTED, "too many requests"),
  MEMBER_NOT_FOUND(Status.Code.NOT_FOUND, "member not found"),
  MEMBER_EXISTS(Status.Code.FAILED_PRECONDITION, "member ID already exist"),
  PEER_URLS_EXIST(Status.Code.FAILED_PRECONDITION, "Peer URLs already exists"),
  BAD_MEMBER_URLS(Status.Code.INVALID_ARGUMENT, "given member URLs are invalid"),
  MEMBER_NOT_LEARNER(Status.Code.FAILED_PRECONDITION, "can only promote a learner member"),
  LEARNER_NOT_READY(
      Status.Code.FAILED_PRECONDITION,
      "can only promote a learner member which is in sync with leader"),
  TOO_MANY_LEARNERS(Status.Code.FAILED_PRECONDITION, "too many learner members in cluster"),
  /** With the code that etcd's clients see, which is a slip in its table of errors. */
  NOT_ENOUGH_STARTED(
      Status.Code.UNKNOWN, "re-configuration failed due to not enough started members"),
  UNHEALTHY(Status.Code.UNAVAILABLE, "unhealthy cluster"),
  NOT_FOR_LEARNERS(Status.Code.FAILED_PRECONDITION, "rpc not supported for learner"),
  COMPACTED(Status.Code.OUT_OF_RANGE, "mvcc: required revision has been compacted"),
  FUTURE_REVISION(Status.Code.OUT_OF_RANGE, "mvcc: required revision is a future revision"),
  USER_EMPTY(Status.Code.INVALID_ARGUMENT, "user name is empty"),
  ROLE_EMPTY(Status.Code.INVALID_ARGUMENT, "role name is empty"),
  AUTH_FAILED(Status.Code.INVALID_ARGUMENT, "authentication failed, invalid user ID or password"),
  PERMISSION_NOT_GIVEN(Status.Code.INVALID_ARGUMENT, "permission not given"),
  INVALID_AUTH_MANAGEMENT(Status.Code.INVALID_ARGUMENT, "invalid auth management"),
  AUTH_OLD_REVISION(Status.Code.INVALID_ARGUMENT, "revision of auth store is old"),
  /** Not etcd's, which hashes the beginning of a longer one and takes that for all of it. */
  PASSWORD_TOO_LONG(Status.Code.INVALID_ARGUMENT, "password is longer than 72 bytes"),
  /** Not etcd's, which answers by an internal error. */
  CANNOT_SIGN(
      Status.Code.FAILED_PRECONDITION,
      "this member has no key to sign tokens with; log in at another, or give it priv-key"),
  ROOT_USER_MISSING(Status.Code.FAILED_PRECONDITION, "root user does not exist"),
  ROOT_ROLE_MISSING(Status.Code.FAILED_PRECONDITION, "root user does not have root role"),
  USER_EXISTS(Status.Code.FAILED_PRECONDITION, "user name already exists"),
  USER_NOT_FOUND(Status.Code.FAILED_PRECONDITION, "user name not found"),
  ROLE_EXISTS(Status.Code.FAILED_PRECONDITION, "role name already exists"),
  ROLE_NOT_FOUND(Status.Code.FAILED_PRECONDITION, "role name not found"),
  ROLE_NOT_GRANTED(Status.Code.FAILED_PRECONDITION, "role is not granted to the user"),
  PERMISSION_NOT_GRANTED(Status.Code.FAILED_PRECONDITION, "permission is not granted to the role"),
  AUTH_NOT_ENABLED(Status.Code.FAILED_PRECONDITION, "authentication is not enabled"),
  PERMISSION_DENIED(Status.Code.PERMISSION_DENIED, "permission denied"),
  INVALID_AUTH_TOKEN(Status.Code.UNAUTHENTICATED, "invalid auth token"),
  /** Not etcd's, like the three after it: of a session within which writes take effect once. */
  SESSION_EXPIRED(
      Status.Code.FAILED_PRECONDITION,
      "session has expired; what is unanswered took effect once or never"),
  SESSION_SUPERSEDED(
      Status.Code.FAILED_PRECONDITION, "request of the session is below its unanswered ones"),
  SESSION_FULL(Status.Code.RESOURCE_EXHAUSTED, "too many unanswered requests of the session"),
  TOO_MANY_SESSIONS(Status.Code.RESOURCE_EXHAUSTED, "too many sessions"),
  NOT_LEADER(Status.Code.FAILED_PRECONDITION, "not leader"),
  BAD_LEADER_TRANSFEREE(Status.Code.FAILED_PRECONDITION, "bad leader transferee"),
  NO_LEADER(Status.Code.UNAVAILABLE, "no leader"),
  STOPPED(Status.Code.UNAVAILABLE, "server stopped"),
  TIMEOUT(Status.Code.UNAVAILABLE, "request timed out"),
  TIMEOUT_LEADER_TRANSFER(
      Status.Code.UNAVAILABLE, "request timed out, leader transfer took too long"),
  TIMEOUT_LEADER_FAILED(
      Status.Code.UNAVAILABLE, "request timed out, possibly due to previous leader failure"),
  /** Not etcd's: the log holds a command that no member of this version made. */
  MALFORMED(Status.Code.INTERNAL, "malformed command");

  @SuppressWarnings("ImmutableEnumChecker") // gRPC's Status has only final fields
  private final Status status;

  @SuppressWarnings("ImmutableEnumChecker") // no stack trace, and nobody adds to it
  private final StatusRuntimeException exception;

  EtcdError(Status.Code code, String text) {
    this.status = code.toStatus().withDescription("etcdserver: " + text);
    this.exception = new SharedException(status);
  }

  /** The error of a request that the store refused. */
  public static EtcdError of(KvError error) {
    return switch (error) {
      case KEY_NOT_PROVIDED -> KEY_NOT_PROVIDED;
      case KEY_NOT_FOUND -> KEY_NOT_FOUND;
      case VALUE_PROVIDED -> VALUE_PROVIDED;
      case LEASE_PROVIDED -> LEASE_PROVIDED;
      case LEASE_NOT_FOUND -> LEASE_NOT_FOUND;
      case LEASE_EXISTS -> LEASE_EXISTS;
      case LEASE_TTL_TOO_LARGE -> LEASE_TTL_TOO_LARGE;
      case TOO_MANY_OPS -> TOO_MANY_OPS;
      case DUPLICATE_KEY -> DUPLICATE_KEY;
      case COMPACTED -> COMPACTED;
      case FUTURE_REVISION -> FUTURE_REVISION;
      case NO_SPACE -> NO_SPACE;
      case CORRUPT -> CORRUPT;
      case USER_EMPTY -> USER_EMPTY;
      case ROLE_EMPTY -> ROLE_EMPTY;
      case USER_EXISTS -> USER_EXISTS;
      case USER_NOT_FOUND -> USER_NOT_FOUND;
      case ROLE_EXISTS -> ROLE_EXISTS;
      case ROLE_NOT_FOUND -> ROLE_NOT_FOUND;
      case ROLE_NOT_GRANTED -> ROLE_NOT_GRANTED;
      case PERMISSION_NOT_GRANTED -> PERMISSION_NOT_GRANTED;
      case PERMISSION_DENIED -> PERMISSION_DENIED;
      case ROOT_USER_MISSING -> ROOT_USER_MISSING;
      case ROOT_ROLE_MISSING -> ROOT_ROLE_MISSING;
      case INVALID_AUTH_MANAGEMENT -> INVALID_AUTH_MANAGEMENT;
      case AUTH_NOT_ENABLED -> AUTH_NOT_ENABLED;
      case AUTH_FAILED -> AUTH_FAILED;
      case AUTH_OLD_REVISION -> AUTH_OLD_REVISION;
      case SESSION_EXPIRED -> SESSION_EXPIRED;
      case SESSION_SUPERSEDED -> SESSION_SUPERSEDED;
      case SESSION_FULL -> SESSION_FULL;
      case TOO_MANY_SESSIONS -> TOO_MANY_SESSIONS;
      case MALFORMED -> MALFORMED;
    };
  }

  /** Code and text. */
  public Status status() {
    return status;
  }

  /** The text alone, with etcd's prefix. */
  public String text() {
    return Objects.requireNonNull(status.getDescription());
  }

  /** The same as an exception; one shared object without a stack trace. */
  public StatusRuntimeException exception() {
    return exception;
  }

  /** An error is an ordinary answer here, so nobody needs to know where it was made. */
  private static final class SharedException extends StatusRuntimeException {
    private static final long serialVersionUID = 1;

    SharedException(Status status) {
      super(status);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
