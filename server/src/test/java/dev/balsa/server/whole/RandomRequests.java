package dev.balsa.server.whole;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.Compare;
import dev.balsa.proto.Compare.CompareResult;
import dev.balsa.proto.Compare.CompareTarget;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.util.List;
import java.util.Random;

/**
 * An endless sequence of KV and Lease requests over few keys and leases, so that they often meet,
 * some of them wrong. No lease is short enough to expire. The same seed makes the same sequence.
 */
final class RandomRequests {
  static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
  static final List<Long> LEASES = List.of(0L, 7L, 8L, -3L, Long.MAX_VALUE, Long.MIN_VALUE);

  private static final List<String> KEYS =
      List.of("a", "aa", "ab", "b", "ba", "c", "ca", "cab", "d", "\u00ff", "e", "f");
  private static final List<String> ENDS = List.of("\0", "\0", "a", "ab", "b", "c", "cb", "d", "z");
  private static final List<String> VALUES = List.of("", "1", "2", "22", "three", "\0");

  /** Most of them are below the least one, and raised to it. */
  private static final List<Long> SHORT_TTLS = List.of(0L, 1L, -1L, 74L, 76L, Long.MIN_VALUE);

  private static final List<Long> LONG_TTLS =
      List.of(8_999_999_999L, 9_000_000_000L, 9_000_000_001L, 1L << 62, Long.MAX_VALUE);

  private static final int DEPTH_MAX = 3;

  private final Random random;
  private final boolean leasesMayBeShort;
  private long first = 1;
  private long revision = 1;

  /** For servers whose shortest lease might expire. */
  RandomRequests(long seed) {
    this.random = new Random(seed);
    this.leasesMayBeShort = false;
  }

  /** For {@link TwoServers}. */
  RandomRequests(Random random) {
    this.random = random;
    this.leasesMayBeShort = true;
  }

  /** Every key that is ever asked for but the empty one. */
  static List<ByteString> keys() {
    return KEYS.stream().map(it -> ByteString.copyFrom(it, ISO_8859_1)).toList();
  }

  /** Whether no answer has shown a revision. */
  boolean isNew() {
    return revision == 1;
  }

  static PutRequest put(String key, String value) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  /** The revision that an answer has shown, 0 if it was none: around it is asked from now on. */
  void revision(long shown) {
    if (isNew()) {
      first = shown;
    }
    revision = Math.max(revision, shown);
  }

  /** From now on nothing is read as it was before: too many keys were there. */
  void forgetPast() {
    first = revision;
  }

  /** The next request. */
  Message next() {
    return oneIn(8) ? lease() : kv();
  }

  private Message lease() {
    int kind = random.nextInt(100);
    if (kind < 45) {
      return LeaseGrantRequest.newBuilder()
          .setID(LEASES.get(random.nextInt(1, LEASES.size())))
          .setTTL(oneIn(4) ? oddTtl() : 5_000)
          .build();
    }
    if (kind < 70) {
      return LeaseRevokeRequest.newBuilder().setID(someLease()).build();
    }
    if (kind < 80) {
      return LeaseKeepAliveRequest.newBuilder().setID(someLease()).build();
    }
    if (kind < 93) {
      return LeaseTimeToLiveRequest.newBuilder().setID(someLease()).setKeys(oneIn(2)).build();
    }
    return LeaseLeasesRequest.getDefaultInstance();
  }

  private long oddTtl() {
    List<Long> odd = leasesMayBeShort && oneIn(2) ? SHORT_TTLS : LONG_TTLS;
    return odd.get(random.nextInt(odd.size()));
  }

  long someLease() {
    return LEASES.get(random.nextInt(LEASES.size()));
  }

  private Message kv() {
    int kind = random.nextInt(100);
    if (kind < 30) {
      return put();
    }
    if (kind < 60) {
      return range();
    }
    if (kind < 70) {
      return delete();
    }
    return kind < 97 ? txn(1) : compaction();
  }

  private PutRequest put() {
    boolean ignoreValue = oneIn(10);
    boolean ignoreLease = oneIn(10);
    return PutRequest.newBuilder()
        .setKey(key())
        .setValue(ignoreValue && !oneIn(10) ? ByteString.EMPTY : value())
        .setLease(oneIn(4) ? someLease() : 0)
        .setPrevKv(oneIn(3))
        .setIgnoreValue(ignoreValue)
        .setIgnoreLease(ignoreLease)
        .build();
  }

  private DeleteRangeRequest delete() {
    return DeleteRangeRequest.newBuilder()
        .setKey(key())
        .setRangeEnd(end())
        .setPrevKv(oneIn(2))
        .build();
  }

  private RangeRequest range() {
    return RangeRequest.newBuilder()
        .setKey(oneIn(5) ? ByteString.copyFrom(new byte[1]) : key())
        .setRangeEnd(oneIn(3) ? ByteString.copyFrom(new byte[1]) : end())
        .setLimit(oneIn(2) ? 0 : random.nextInt(-1, 6))
        .setRevision(oneIn(3) ? someRevision() : 0)
        .setSortOrder(SortOrder.forNumber(random.nextInt(3)))
        .setSortTarget(SortTarget.forNumber(random.nextInt(5)))
        .setSerializable(oneIn(4))
        .setKeysOnly(oneIn(5))
        .setCountOnly(oneIn(8))
        .setMinModRevision(bound())
        .setMaxModRevision(bound())
        .setMinCreateRevision(bound())
        .setMaxCreateRevision(bound())
        .build();
  }

  private TxnRequest txn(int depth) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int n = random.nextInt(3); n > 0; n--) {
      txn.addCompare(compare());
    }
    for (int n = random.nextInt(4); n > 0; n--) {
      txn.addSuccess(op(depth));
    }
    for (int n = random.nextInt(4); n > 0; n--) {
      txn.addFailure(op(depth));
    }
    return txn.build();
  }

  private RequestOp op(int depth) {
    RequestOp.Builder op = RequestOp.newBuilder();
    int kind = random.nextInt(100);
    if (kind < 35) {
      op.setRequestPut(put());
    } else if (kind < 60) {
      op.setRequestRange(range());
    } else if (kind < 80) {
      op.setRequestDeleteRange(delete());
    } else if (kind < 99 && depth < DEPTH_MAX) {
      op.setRequestTxn(txn(depth + 1));
    } else if (kind < 99) {
      op.setRequestPut(put());
    }
    return op.build();
  }

  private Compare compare() {
    CompareTarget target = CompareTarget.forNumber(random.nextInt(5));
    Compare.Builder compare =
        Compare.newBuilder()
            .setKey(key())
            .setRangeEnd(oneIn(3) ? end() : ByteString.EMPTY)
            .setTarget(target)
            .setResult(CompareResult.forNumber(random.nextInt(4)));
    if (oneIn(10)) {
      return compare.build(); // the operand is missing
    }
    switch (target) {
      case VERSION -> compare.setVersion(random.nextInt(3));
      case CREATE -> compare.setCreateRevision(oneIn(3) ? 0 : someRevision());
      case MOD -> compare.setModRevision(oneIn(3) ? 0 : someRevision());
      case VALUE -> compare.setValue(value());
      case LEASE -> compare.setLease(someLease());
      case UNRECOGNIZED -> throw new IllegalStateException();
    }
    return compare.build();
  }

  private CompactionRequest compaction() {
    return CompactionRequest.newBuilder().setRevision(someRevision()).setPhysical(oneIn(2)).build();
  }

  /** Mostly one of the last few of this sequence, now and then one to come. */
  long someRevision() {
    return oneIn(20)
        ? revision + random.nextInt(1, 3)
        : Math.max(Math.max(1, first), revision - random.nextInt(40));
  }

  private long bound() {
    return oneIn(8) ? someRevision() : 0;
  }

  ByteString key() {
    return oneIn(60) ? ByteString.EMPTY : text(KEYS);
  }

  ByteString end() {
    return oneIn(2) ? ByteString.EMPTY : text(ENDS);
  }

  private ByteString value() {
    return text(VALUES);
  }

  private ByteString text(List<String> choice) {
    return ByteString.copyFrom(choice.get(random.nextInt(choice.size())), ISO_8859_1);
  }

  boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
