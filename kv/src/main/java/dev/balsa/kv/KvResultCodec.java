package dev.balsa.kv;

import dev.balsa.kv.KvResult.CompactDone;
import dev.balsa.kv.KvResult.DeleteDone;
import dev.balsa.kv.KvResult.Done;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LeaseGranted;
import dev.balsa.kv.KvResult.LeasesEnded;
import dev.balsa.kv.KvResult.PutDone;
import dev.balsa.kv.KvResult.RangeDone;
import dev.balsa.kv.KvResult.TxnDone;
import dev.balsa.raft.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of what a client's write came to, kept to be told again to one who asks again.
 *
 * <pre>
 * result   = kind | fields           0 failed, 1 put, 2 range, 3 delete, 4 txn, 5 compact,
 *                                    6 lease granted, 7 leases ended
 * kv       = key bytes | record bytes, as the store keeps it
 * bytes    = length varint | bytes   numbers are varints, flags one byte, errors their name
 * </pre>
 */
public final class KvResultCodec {
  private static final int FAILED = 0;
  private static final int PUT = 1;
  private static final int RANGE = 2;
  private static final int DELETE = 3;
  private static final int TXN = 4;
  private static final int COMPACT = 5;
  private static final int GRANTED = 6;
  private static final int ENDED = 7;

  private static final List<Boolean> FLAGS = List.of(false, true);
  private static final int USUAL_BYTES = 32;

  private KvResultCodec() {}

  /**
   * The form to keep.
   *
   * @throws IllegalArgumentException if no client's write comes to such a result
   */
  public static Bytes encode(KvResult result) {
    ByteWriter out = new ByteWriter(USUAL_BYTES);
    write(result, out);
    return out.finish();
  }

  /**
   * What {@link #encode} made {@code bytes} from.
   *
   * @throws MalformedBytesException if it made them from nothing
   */
  public static KvResult decode(Bytes bytes) {
    ByteReader in = new ByteReader(bytes);
    KvResult result = read(in);
    in.expectEnd();
    return result;
  }

  private static void write(KvResult result, ByteWriter out) {
    switch (result) {
      case Failed(KvError error, long revision) -> {
        begin(FAILED, revision, out);
        out.sized(Bytes.utf8(error.name()));
      }
      case PutDone(long revision, KeyValue prev) -> {
        begin(PUT, revision, out);
        writeAll(prev == null ? List.of() : List.of(prev), out);
      }
      case RangeDone(long revision, List<KeyValue> kvs, boolean more, long count) -> {
        begin(RANGE, revision, out);
        writeAll(kvs, out);
        out.u8(more ? 1 : 0);
        out.varint(count);
      }
      case DeleteDone(long revision, long deleted, List<KeyValue> prevs) -> {
        begin(DELETE, revision, out);
        out.varint(deleted);
        writeAll(prevs, out);
      }
      case TxnDone(long revision, boolean succeeded, List<Done> results) -> {
        begin(TXN, revision, out);
        out.u8(succeeded ? 1 : 0);
        out.varint(results.size());
        results.forEach(it -> write(it, out));
      }
      case CompactDone(long revision) -> begin(COMPACT, revision, out);
      case LeaseGranted(long revision, long id, long ttlSeconds) -> {
        begin(GRANTED, revision, out);
        out.varint(id);
        out.varint(ttlSeconds);
      }
      case LeasesEnded(long revision, List<Long> ids) -> {
        begin(ENDED, revision, out);
        out.varint(ids.size());
        ids.forEach(out::varint);
      }
      // What members ask of each other is not asked within a client's session.
      default -> throw new IllegalArgumentException(result + " comes of no client's write");
    }
  }

  private static void begin(int kind, long revision, ByteWriter out) {
    out.u8(kind);
    out.varint(revision);
  }

  private static void writeAll(List<KeyValue> kvs, ByteWriter out) {
    out.varint(kvs.size());
    for (KeyValue kv : kvs) {
      out.sized(kv.key());
      out.sized(StoredVersion.encode(kv));
    }
  }

  private static KvResult read(ByteReader in) {
    int kind = in.u8();
    long revision = in.varint();
    return switch (kind) {
      case FAILED -> new Failed(error(in), revision);
      case PUT -> {
        List<KeyValue> prev = readAll(in);
        yield new PutDone(revision, prev.isEmpty() ? null : prev.getFirst());
      }
      case RANGE -> new RangeDone(revision, readAll(in), in.choice(FLAGS), in.varint());
      case DELETE -> new DeleteDone(revision, in.varint(), readAll(in));
      case TXN -> new TxnDone(revision, in.choice(FLAGS), readResults(in));
      case COMPACT -> new CompactDone(revision);
      case GRANTED -> new LeaseGranted(revision, in.varint(), in.varint());
      case ENDED -> {
        List<Long> ids = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
          ids.add(in.varint());
        }
        yield new LeasesEnded(revision, ids);
      }
      default -> throw in.malformed("has no result of kind " + kind);
    };
  }

  private static KvError error(ByteReader in) {
    String name = in.sized().toUtf8();
    try {
      return KvError.valueOf(name);
    } catch (IllegalArgumentException unknown) {
      throw in.malformed("names the error '" + name + "', which is none");
    }
  }

  private static List<Done> readResults(ByteReader in) {
    List<Done> results = new ArrayList<>();
    for (int left = in.count(); left > 0; left--) {
      if (!(read(in) instanceof Done done)) {
        throw in.malformed("has a failure within a transaction");
      }
      results.add(done);
    }
    return results;
  }

  private static List<KeyValue> readAll(ByteReader in) {
    List<KeyValue> kvs = new ArrayList<>();
    for (int left = in.count(); left > 0; left--) {
      kvs.add(StoredVersion.decode(in.sized(), in.sized()));
    }
    return kvs;
  }
}
