package dev.balsa.bench.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.balsa.proto.Compare;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/** Keys of 8 bytes with values of 256, and what is known of their revisions. Thread-safe. */
final class Keyspace {
  /** The most keys that 8 decimal digits can name. */
  static final int COUNT_MAX = 100_000_000;

  private static final int VALUE_BYTES = 256;

  private final ByteString[] keys;
  // The newest modification revision each key is known to have had; only rises.
  private final AtomicLongArray revisions;

  /** {@code count} is from 1 to {@link #COUNT_MAX}. */
  Keyspace(int count) {
    keys = new ByteString[count];
    for (int i = 0; i < count; i++) {
      String name = String.format(Locale.ROOT, "%08d", i);
      keys[i] = ByteString.copyFrom(name, StandardCharsets.US_ASCII);
    }
    revisions = new AtomicLongArray(count);
  }

  int count() {
    return keys.length;
  }

  /** Remembers that {@code key} was modified at {@code revision}. */
  void modified(int key, long revision) {
    revisions.accumulateAndGet(key, revision, Math::max);
  }

  PutRequest put(int key) {
    return PutRequest.newBuilder().setKey(keys[key]).setValue(value(key)).build();
  }

  /** Each key's own, so that storage finds nothing to compress. */
  private static ByteString value(int key) {
    byte[] noise = new byte[VALUE_BYTES];
    new SplittableRandom(key).nextBytes(noise);
    return UnsafeByteOperations.unsafeWrap(noise);
  }

  RangeRequest range(int key) {
    return RangeRequest.newBuilder().setKey(keys[key]).build();
  }

  RangeRequest serializableRange(int key) {
    return RangeRequest.newBuilder().setKey(keys[key]).setSerializable(true).build();
  }

  /** Puts if the key was not modified since; otherwise reads it, which tells its revision. */
  TxnRequest txn(int key) {
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(keys[key])
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.EQUAL)
                .setModRevision(revisions.get(key)))
        .addSuccess(RequestOp.newBuilder().setRequestPut(put(key)))
        .addFailure(RequestOp.newBuilder().setRequestRange(range(key)))
        .build();
  }
}
