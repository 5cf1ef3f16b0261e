package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where our answers differ from those of etcd 3.4.23, and which requests that may touch. */
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
  PUT_UNDER_DELETE_OF_NEIGHBOR(KnownDifference::putsUnderDeleteOfNeighbor);

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private final Predicate<Message> touches;

  KnownDifference(Predicate<Message> touches) {
    this.touches = touches;
  }

  /** Whether the answers to {@code request} may differ for this reason. */
  boolean touches(Message request) {
    return touches.test(request);
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
