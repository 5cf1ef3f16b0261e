package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmType;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.HashKVRequest;
import dev.balsa.proto.MemberUpdateRequest;
import dev.balsa.proto.Permission;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where our answers differ from those of etcd 3.4.23, why, and which requests that may touch. */
@SuppressWarnings("ImmutableEnumChecker") // the predicates are method references
enum KnownDifference {
  /**
   * Asked for a sort target without an order, etcd takes the first keys up to the limit and sorts
   * those. We sort all and then take the first, as with an order.
   */
  LIMIT_BEFORE_SORT(KnownDifference::limitsASortWithoutOrder),

  /**
   * A put and a delete over it in one transaction are refused by etcd, but not where the delete's
   * range has no end: there etcd overlooks it. We refuse this, too.
   */
  PUT_UNDER_ENDLESS_DELETE(KnownDifference::putsUnderEndlessDelete),

  /**
   * The same where the put is in one nested transaction and the delete in a later one beside it.
   */
  PUT_UNDER_DELETE_OF_NEIGHBOR(KnownDifference::putsUnderDeleteOfNeighbor),

  /**
   * A stream that has a watcher of a revision to come is told of no progress, as by etcd from 3.6.2
   * on; 3.4.23 tells it that it is further than it is.
   */
  PROGRESS_OF_FUTURE(request -> false),

  /**
   * A permission for no key, for a range that ends before it begins or to do what there is not is
   * refused, the first two as by later etcd.
   */
  PERMISSION_FOR_NOTHING(KnownDifference::permitsNothing),

  /**
   * With authentication on, leases are for users only, as in etcd since the advisories of 2026. So
   * these are asked for by users who have just logged in.
   */
  LEASES_NEED_A_USER(
      request -> Methods.of(request).getFullMethodName().startsWith("etcdserverpb.Lease/")),

  /**
   * With authentication off, 3.4.23 refuses a token that it does not know; later versions and we do
   * not look at tokens then. So authentication goes off only with all tokens forgotten.
   */
  TOKEN_WITHOUT_AUTHENTICATION(request -> false),

  /** A member is not given a peer URL that is none; etcd takes it, and nobody reaches it again. */
  UPDATE_TO_BAD_URL(KnownDifference::updatesSelfOtherwise),

  /**
   * Of two reasons to refuse a request, etcd names its own fault and we the bad token, and etcd the
   * want of space or the corruption and we the time to live.
   */
  OTHER_REASON_FIRST(request -> false),

  /**
   * With the alarm for want of space no put is carried out; etcd overlooks those in transactions in
   * transactions. So there are none in rounds with alarms.
   */
  PUT_DEEP_IN_A_FULL_STORE(KnownDifference::putsDeep),

  /**
   * Who may read one key may not watch all keys from it on; 3.4.23 lets them (advisory
   * GHSA-xg4h-6gfc-h4m8). So users who are not root watch with an end.
   */
  WATCH_WITHOUT_END(request -> false),

  /** A sort order or target that there is not is refused, as by later etcd. */
  SORT_OF_NO_KIND(
      request ->
          request instanceof RangeRequest range
              && (range.getSortOrder() == SortOrder.UNRECOGNIZED
                  || range.getSortTarget() == SortTarget.UNRECOGNIZED)),

  /**
   * With authentication on, only root compacts, as in etcd since the advisories of 2026. So nobody
   * else tries.
   */
  COMPACTION_NEEDS_ROOT(CompactionRequest.class::isInstance),

  /**
   * What a transaction in a transaction does must be permitted, too; 3.4.23 does not look at it
   * (CVE-2026-33343). So only root asks for such.
   */
  NESTED_NEEDS_PERMISSION(KnownDifference::nests),

  /**
   * A put that tells what was there before needs the permission to read it, in a transaction, too,
   * where 3.4.23 does not look. So only root asks for such.
   */
  PREV_IN_TXN_NEEDS_READ(KnownDifference::putsForPrevious),

  /**
   * With both alarms, of space and of corruption, we forbid what either forbids; etcd only what the
   * later one does. So there is one kind in a round.
   */
  TWO_ALARMS(request -> false),

  /** A member that the alarm of corruption names answers nothing about keys. So it names others. */
  FENCED_WHILE_CORRUPT(request -> false),

  /** While members disagree, what only reads is served, also in transactions in transactions. */
  NESTED_READ_WHILE_CORRUPT(request -> false),

  /** The keys may be hashed at the compacted revision itself, as in later etcd. */
  HASH_AT_COMPACTION(HashKVRequest.class::isInstance),

  /**
   * Records that are equal by what they are sorted by stand in the order of their keys; in etcd in
   * any, if they are more than twelve. So there are never that many in a range.
   */
  ORDER_OF_EQUALS(request -> false),

  /** With authentication on, a transaction that does nothing asks for a user, too. */
  EMPTY_TXN_NEEDS_A_USER(request -> false),

  /**
   * A range that ends before it begins needs a permission for the key that it begins with, since
   * nothing is in it; in etcd also one that covers its end. So only root asks for such.
   */
  EMPTY_RANGE_NEEDS_LITTLE(KnownDifference::asksBackwards),

  /**
   * What is wrong with bytes that are no message is said in other words; and bytes that are too
   * many, and methods that are none, gRPC refuses in its own.
   */
  UNREADABLE(request -> false),

  /** Neither an alarm nor an action that there is not is carried out; etcd notes such alarms. */
  ALARM_OF_NO_KIND(
      request ->
          request instanceof AlarmRequest alarm
              && (alarm.getAction() == AlarmRequest.AlarmAction.UNRECOGNIZED
                  || (alarm.getAction() == AlarmRequest.AlarmAction.ACTIVATE
                      && alarm.getAlarm() == AlarmType.NONE)
                  || alarm.getAlarm() == AlarmType.UNRECOGNIZED));

  /** These are avoided where they matter, by what asks; everywhere else the requests are played. */
  private static final Set<KnownDifference> BY_THEME =
      EnumSet.of(
          LEASES_NEED_A_USER,
          PUT_DEEP_IN_A_FULL_STORE,
          COMPACTION_NEEDS_ROOT,
          NESTED_NEEDS_PERMISSION,
          PREV_IN_TXN_NEEDS_READ,
          EMPTY_RANGE_NEEDS_LITTLE,
          HASH_AT_COMPACTION);

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  /** The version is what clients choose by, so it is the one whose features there are. */
  private static final Set<String> LATER_FIELDS =
      Set.of(
          "AlarmResponse.header",
          "HashKVResponse.hash_revision",
          "SnapshotResponse.header",
          "SnapshotResponse.remaining_bytes",
          "SnapshotResponse.version",
          "StatusResponse.version",
          "StatusResponse.storageVersion",
          "StatusResponse.dbSizeQuota",
          "StatusResponse.downgradeInfo");

  private final Predicate<Message> touches;

  KnownDifference(Predicate<Message> touches) {
    this.touches = touches;
  }

  /** Whether the answers to {@code request} may differ for this reason. */
  boolean touches(Message request) {
    return touches.test(request);
  }

  /** Whether a step may change the two states differently, so that it must not be played. */
  static boolean passesOver(Step step) {
    return step instanceof Step.Ask ask
        && Stream.of(values())
            .filter(it -> !BY_THEME.contains(it))
            .anyMatch(it -> it.touches(ask.request()));
  }

  /** Whether only root should ask for this where users do not have all permissions. */
  static boolean isForRoot(Message request) {
    return Stream.of(
            COMPACTION_NEEDS_ROOT,
            NESTED_NEEDS_PERMISSION,
            PREV_IN_TXN_NEEDS_READ,
            EMPTY_RANGE_NEEDS_LITTLE)
        .anyMatch(it -> it.touches(request));
  }

  /** Whether two answers to a step differ as they may. */
  static boolean explains(Step step, String wanted, String found) {
    return switch (step) {
      case Step.Ask ask ->
          (found.startsWith("UNAUTHENTICATED: etcdserver: invalid auth token")
                  && wanted.startsWith("INVALID_ARGUMENT: "))
              || (found.startsWith("OUT_OF_RANGE: etcdserver: too large lease TTL")
                  && (wanted.startsWith("RESOURCE_EXHAUSTED: etcdserver: mvcc: database space")
                      || wanted.startsWith("DATA_LOSS: etcdserver: corrupt cluster")))
              || (found.startsWith("INVALID_ARGUMENT: etcdserver: user name is empty")
                  && ask.request().equals(TxnRequest.getDefaultInstance())
                  && wanted.startsWith("header"))
              || (wanted.startsWith("DATA_LOSS: etcdserver: corrupt cluster")
                  && nests(ask.request())
                  && ask.request() instanceof TxnRequest txn
                  && branches(txn).flatMap(List::stream).noneMatch(KnownDifference::changes))
              || (ask.request() instanceof HashKVRequest hash
                  && wanted.contains("required revision has been compacted")
                  && found.contains("\ncompact_revision: " + hash.getRevision() + "\n"))
              || (found.startsWith("RESOURCE_EXHAUSTED: gRPC message exceeds maximum size ")
                  && wanted.startsWith(
                      "RESOURCE_EXHAUSTED: grpc: received message larger than max"));
      case Step.Raw raw ->
          Stream.of(
                  "INTERNAL: grpc: error unmarshalling request: ",
                  "INTERNAL: grpc: failed to unmarshal the received message ",
                  "UNIMPLEMENTED: ")
              .anyMatch(it -> wanted.startsWith(it) && found.startsWith(it));
      default -> false;
    };
  }

  /** Whether etcd 3.4.23 does not know {@code field}, which later versions fill. */
  static boolean isLaterField(FieldDescriptor field) {
    return LATER_FIELDS.contains(field.getContainingType().getName() + "." + field.getName());
  }

  private static boolean nests(Message request) {
    return request instanceof TxnRequest txn
        && Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream())
            .anyMatch(RequestOp::hasRequestTxn);
  }

  private static boolean putsForPrevious(Message request) {
    return request instanceof TxnRequest txn
        && branches(txn).flatMap(List::stream).anyMatch(op -> op.getRequestPut().getPrevKv());
  }

  private static boolean changes(RequestOp op) {
    return op.hasRequestPut() || op.hasRequestDeleteRange();
  }

  private static boolean putsDeep(Message request) {
    return request instanceof TxnRequest txn
        && Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream())
            .filter(RequestOp::hasRequestTxn)
            .anyMatch(op -> within(List.of(op)).anyMatch(RequestOp::hasRequestPut));
  }

  private static boolean updatesSelfOtherwise(Message request) {
    return request instanceof MemberUpdateRequest update
        && update.getID() == Names.SELF
        && !update.getPeerURLsList().equals(List.of(Names.PEER_URL));
  }

  /** Whether any range in a message ends before it begins. */
  static boolean asksBackwards(Message message) {
    return isBackwards(message)
        || message.getAllFields().values().stream()
            .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
            .anyMatch(value -> value instanceof Message nested && asksBackwards(nested));
  }

  private static boolean isBackwards(Message message) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName("range_end");
    if (field == null) {
      return false;
    }
    ByteString end = (ByteString) message.getField(field);
    ByteString key =
        (ByteString) message.getField(message.getDescriptorForType().findFieldByName("key"));
    return !end.isEmpty()
        && !end.equals(ZERO)
        && ByteString.unsignedLexicographicalComparator().compare(key, end) >= 0;
  }

  private static boolean permitsNothing(Message request) {
    if (!(request instanceof AuthRoleGrantPermissionRequest grant)) {
      return false;
    }
    return asksBackwards(grant)
        || grant.getPerm().getKey().isEmpty()
        || grant.getPerm().getPermType() == Permission.Type.UNRECOGNIZED;
  }

  private static boolean limitsASortWithoutOrder(Message request) {
    return switch (request) {
      case RangeRequest range -> isLimitedSort(range);
      case TxnRequest txn ->
          branches(txn)
              .flatMap(List::stream)
              .anyMatch(op -> op.hasRequestRange() && isLimitedSort(op.getRequestRange()));
      default -> false;
    };
  }

  private static boolean isLimitedSort(RangeRequest range) {
    return range.getLimit() > 0
        && range.getSortOrder() == SortOrder.NONE
        && range.getSortTarget() != SortTarget.KEY;
  }

  private static boolean putsUnderEndlessDelete(Message request) {
    return request instanceof TxnRequest txn
        && branches(txn)
            .anyMatch(
                branch ->
                    covers(
                        deletes(branch)
                            .filter(delete -> delete.getRangeEnd().equals(ZERO))
                            .toList(),
                        branch));
  }

  private static boolean putsUnderDeleteOfNeighbor(Message request) {
    return request instanceof TxnRequest txn
        && branches(txn)
            .map(branch -> branch.stream().filter(RequestOp::hasRequestTxn).toList())
            .anyMatch(
                nested ->
                    IntStream.range(1, nested.size())
                        .anyMatch(
                            n ->
                                covers(
                                    deletes(List.of(nested.get(n))).toList(),
                                    nested.subList(0, n))));
  }

  /** Every list of operations, at any depth. */
  private static Stream<List<RequestOp>> branches(TxnRequest txn) {
    return Stream.of(txn.getSuccessList(), txn.getFailureList())
        .flatMap(
            branch ->
                Stream.concat(
                    Stream.of(branch),
                    branch.stream()
                        .filter(RequestOp::hasRequestTxn)
                        .flatMap(op -> branches(op.getRequestTxn()))));
  }

  /** The operations of one branch and of all that is nested in it. */
  private static Stream<RequestOp> within(List<RequestOp> branch) {
    return branch.stream()
        .flatMap(
            op ->
                op.hasRequestTxn()
                    ? branches(op.getRequestTxn()).flatMap(List::stream)
                    : Stream.of(op));
  }

  private static Stream<DeleteRangeRequest> deletes(List<RequestOp> branch) {
    return within(branch)
        .filter(RequestOp::hasRequestDeleteRange)
        .map(RequestOp::getRequestDeleteRange);
  }

  private static boolean covers(List<DeleteRangeRequest> deletes, List<RequestOp> branch) {
    return within(branch)
        .filter(RequestOp::hasRequestPut)
        .map(op -> op.getRequestPut().getKey())
        .anyMatch(key -> deletes.stream().anyMatch(delete -> covers(delete, key)));
  }

  private static boolean covers(DeleteRangeRequest delete, ByteString key) {
    Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
    ByteString end = delete.getRangeEnd();
    if (end.isEmpty()) {
      return delete.getKey().equals(key);
    }
    return order.compare(delete.getKey(), key) <= 0
        && (end.equals(ZERO) || order.compare(key, end) < 0);
  }
}
