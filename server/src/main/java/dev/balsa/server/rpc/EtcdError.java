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
