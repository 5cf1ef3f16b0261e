package dev.balsa.server.rpc;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.balsa.kv.Command;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvResult;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.CompactionResponse;
import dev.balsa.proto.Compare;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.ResponseOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.TxnResponse;
import dev.balsa.raft.Bytes;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates between the wire's messages and the store's types, in both directions and nowhere
 * else. Bytes change their type without being copied. A request that the store's types cannot say
 * is refused here by a {@link StatusRuntimeException}.
 */
public final class KvMapping {
  private KvMapping() {}

  /** The range read that {@code request} asks for. */
  public static Command.Range command(RangeRequest request) {
    return new Command.Range(
        range(request.getKey(), request.getRangeEnd()),
        request.getLimit(),
        request.getRevision(),
        sortOrder(request),
        sortTarget(request),
        request.getKeysOnly(),
        request.getCountOnly(),
        request.getMinModRevision(),
        request.getMaxModRevision(),
        request.getMinCreateRevision(),
        request.getMaxCreateRevision());
  }

  /** The write that {@code request} asks for. */
  public static Command.Put command(PutRequest request) {
    return new Command.Put(
        bytes(request.getKey()),
        bytes(request.getValue()),
        request.getLease(),
        request.getPrevKv(),
        request.getIgnoreValue(),
        request.getIgnoreLease());
  }

  /** The deletion that {@code request} asks for. */
  public static Command.DeleteRange command(DeleteRangeRequest request) {
    return new Command.DeleteRange(
        range(request.getKey(), request.getRangeEnd()), request.getPrevKv());
  }

  /** The transaction that {@code request} asks for. */
  public static Command.Txn command(TxnRequest request) {
    List<Command.Compare> compares = new ArrayList<>(request.getCompareCount());
    for (Compare compare : request.getCompareList()) {
      compares.add(compare(compare));
    }
    return new Command.Txn(compares, ops(request.getSuccessList()), ops(request.getFailureList()));
  }

  /** The compaction that {@code request} asks for. */
  public static Command.Compact command(CompactionRequest request) {
    return new Command.Compact(request.getRevision());
  }

  /** Whether a transaction has ranges and all of them, nested ones too, may be stale. */
  public static boolean isSerializable(TxnRequest request) {
    List<RangeRequest> ranges = new ArrayList<>();
    collectRanges(request, ranges);
    return !ranges.isEmpty() && ranges.stream().allMatch(RangeRequest::getSerializable);
  }

  private static void collectRanges(TxnRequest request, List<RangeRequest> ranges) {
    for (List<RequestOp> branch : List.of(request.getSuccessList(), request.getFailureList())) {
      for (RequestOp op : branch) {
        if (op.hasRequestRange()) {
          ranges.add(op.getRequestRange());
        } else if (op.hasRequestTxn()) {
          collectRanges(op.getRequestTxn(), ranges);
        }
      }
    }
  }

  /** The answer to a range read. */
  public static RangeResponse response(ResponseHeader header, KvResult.RangeDone done) {
    RangeResponse.Builder response =
        RangeResponse.newBuilder().setHeader(header).setMore(done.more()).setCount(done.count());
    for (dev.balsa.kv.KeyValue kv : done.kvs()) {
      response.addKvs(keyValue(kv));
    }
    return response.build();
  }

  /** The answer to a write. */
  public static PutResponse response(ResponseHeader header, KvResult.PutDone done) {
    PutResponse.Builder response = PutResponse.newBuilder().setHeader(header);
    if (done.prev() != null) {
      response.setPrevKv(keyValue(done.prev()));
    }
    return response.build();
  }

  /** The answer to a deletion. */
  public static DeleteRangeResponse response(ResponseHeader header, KvResult.DeleteDone done) {
    DeleteRangeResponse.Builder response =
        DeleteRangeResponse.newBuilder().setHeader(header).setDeleted(done.deleted());
    for (dev.balsa.kv.KeyValue kv : done.prevs()) {
      response.addPrevKvs(keyValue(kv));
    }
    return response.build();
  }

  /** The answer to a transaction. */
  public static TxnResponse response(ResponseHeader header, KvResult.TxnDone done) {
    TxnResponse.Builder response =
        TxnResponse.newBuilder().setHeader(header).setSucceeded(done.succeeded());
    for (KvResult.Done result : done.results()) {
      response.addResponses(responseOp(result));
    }
    return response.build();
  }

  /** The answer to a compaction. */
  public static CompactionResponse response(ResponseHeader header, KvResult.CompactDone done) {
    return CompactionResponse.newBuilder().setHeader(header).build();
  }

  /** The same bytes, not copied: neither type ever changes them. */
  public static Bytes bytes(ByteString source) {
    if (source.isEmpty()) {
      return Bytes.EMPTY;
    }
    Lender lender = new Lender();
    try {
      UnsafeByteOperations.unsafeWriteTo(source, lender);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lender.whole != null ? lender.whole : Bytes.wrap(source.toByteArray());
  }

  /** The same bytes, not copied. */
  public static ByteString byteString(Bytes source) {
    if (source.isEmpty()) {
      return ByteString.EMPTY;
    }
    ByteString[] wrapped = new ByteString[1];
    source.writeTo(
        (array, offset, length) ->
            wrapped[0] = UnsafeByteOperations.unsafeWrap(array, offset, length));
    return wrapped[0];
  }

  private static Command.Compare compare(Compare compare) {
    Command.Relation relation =
        switch (compare.getResult()) {
          case EQUAL -> Command.Relation.EQUAL;
          case GREATER -> Command.Relation.GREATER;
          case LESS -> Command.Relation.LESS;
          case NOT_EQUAL -> Command.Relation.NOT_EQUAL;
          case UNRECOGNIZED -> Command.Relation.EQUAL; // decided below
        };
    boolean known =
        compare.getResult() != Compare.CompareResult.UNRECOGNIZED
            && compare.getTarget() != Compare.CompareTarget.UNRECOGNIZED;
    if (!known) {
      return unknown(compare, range(compare.getKey(), compare.getRangeEnd()));
    }
    // A getter of an operand that is not the one set gives 0 or empty, as the protocol wants it.
    Command.Operand operand =
        switch (compare.getTarget()) {
          case VERSION -> new Command.Operand.Version(compare.getVersion());
          case CREATE -> new Command.Operand.CreateRevision(compare.getCreateRevision());
          case MOD -> new Command.Operand.ModRevision(compare.getModRevision());
          case VALUE -> new Command.Operand.Value(bytes(compare.getValue()));
          case LEASE -> new Command.Operand.Lease(compare.getLease());
          case UNRECOGNIZED -> throw new IllegalStateException("decided above");
        };
    return new Command.Compare(range(compare.getKey(), compare.getRangeEnd()), relation, operand);
  }

  private static List<Command.Op> ops(List<RequestOp> requests) {
    List<Command.Op> ops = new ArrayList<>(requests.size());
    for (RequestOp request : requests) {
      ops.add(
          switch (request.getRequestCase()) {
            case REQUEST_RANGE -> command(request.getRequestRange());
            case REQUEST_PUT -> command(request.getRequestPut());
            case REQUEST_DELETE_RANGE -> command(request.getRequestDeleteRange());
            case REQUEST_TXN -> command(request.getRequestTxn());
            case REQUEST_NOT_SET -> new Command.Empty();
          });
    }
    return ops;
  }

  private static ResponseOp responseOp(KvResult.Done result) {
    ResponseHeader header = Headers.nested(result.revision());
    ResponseOp.Builder op = ResponseOp.newBuilder();
    switch (result) {
      case KvResult.RangeDone range -> op.setResponseRange(response(header, range));
      case KvResult.PutDone put -> op.setResponsePut(response(header, put));
      case KvResult.DeleteDone delete -> op.setResponseDeleteRange(response(header, delete));
      // etcd leaves the header of a nested transaction empty.
      case KvResult.TxnDone txn ->
          op.setResponseTxn(response(ResponseHeader.getDefaultInstance(), txn));
      case KvResult.CompactDone other -> throw noOperation(other);
      case KvResult.LeaseGranted other -> throw noOperation(other);
      case KvResult.LeasesEnded other -> throw noOperation(other);
      case KvResult.LeasesMarked other -> throw noOperation(other);
      case KvResult.AlarmsChanged other -> throw noOperation(other);
      case KvResult.AuthDone other -> throw noOperation(other);
      case KvResult.LoggedIn other -> throw noOperation(other);
      case KvResult.SessionDone other -> throw noOperation(other);
    }
    return op.build();
  }

  private static IllegalStateException noOperation(KvResult.Done done) {
    return new IllegalStateException("stands in a transaction's results: " + done);
  }

  /** The record of a key. */
  public static KeyValue keyValue(dev.balsa.kv.KeyValue kv) {
    return KeyValue.newBuilder()
        .setKey(byteString(kv.key()))
        .setValue(byteString(kv.value()))
        .setCreateRevision(kv.createRevision())
        .setModRevision(kv.modRevision())
        .setVersion(kv.version())
        .setLease(kv.lease())
        .build();
  }

  /** Which keys {@code key} and {@code end} mean together. */
  public static KeyRange range(ByteString key, ByteString end) {
    return new KeyRange(bytes(key), bytes(end));
  }

  private static Command.SortOrder sortOrder(RangeRequest request) {
    return switch (request.getSortOrder()) {
      case NONE -> Command.SortOrder.NONE;
      case ASCEND -> Command.SortOrder.ASCEND;
      case DESCEND -> Command.SortOrder.DESCEND;
      case UNRECOGNIZED -> throw EtcdError.INVALID_SORT_OPTION.exception();
    };
  }

  private static Command.SortTarget sortTarget(RangeRequest request) {
    return switch (request.getSortTarget()) {
      case KEY -> Command.SortTarget.KEY;
      case VERSION -> Command.SortTarget.VERSION;
      case CREATE -> Command.SortTarget.CREATE;
      case MOD -> Command.SortTarget.MOD;
      case VALUE -> Command.SortTarget.VALUE;
      case UNRECOGNIZED -> throw EtcdError.INVALID_SORT_OPTION.exception();
    };
  }

  /**
   * As etcd takes what it does not know: an unknown relation holds, and of an unknown target it
   * finds both sides equal. Only a value never holds for a key that is not there.
   */
  private static Command.Compare unknown(Compare compare, KeyRange range) {
    boolean holds =
        compare.getResult() == Compare.CompareResult.EQUAL
            || compare.getResult() == Compare.CompareResult.UNRECOGNIZED;
    boolean wantsKey = holds && compare.getTarget() == Compare.CompareTarget.VALUE;
    return new Command.Compare(
        range,
        holds ? Command.Relation.GREATER : Command.Relation.LESS,
        new Command.Operand.Version(holds && !wantsKey ? -1 : 0)); // versions begin at 1
  }

  /** Takes a string's array as it lies; a string in several pieces is left to be copied. */
  private static final class Lender extends ByteOutput {
    private @org.jspecify.annotations.Nullable Bytes whole;
    private int pieces;

    private void take(byte[] array, int offset, int length) {
      pieces++;
      whole = pieces == 1 ? Bytes.wrap(array, offset, length) : null;
    }

    @Override
    public void write(byte value) {
      take(new byte[] {value}, 0, 1);
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      take(value.clone(), offset, length);
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      take(value, offset, length);
    }

    @Override
    public void write(ByteBuffer value) {
      pieces = 2;
      whole = null;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      write(value);
    }
  }
}
