package dev.balsa.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.balsa.proto.SnapshotResponse;
import dev.balsa.server.backup.BackupSource;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Sends a backup to one client, no faster than it takes it: the writing thread waits while the
 * client has some pieces left to read, so a slow one costs no memory.
 */
final class BackupStream implements BackupSource.Target {
  private static final int PIECE_BYTES = 32 * 1024;

  private final ServerCallStreamObserver<SnapshotResponse> observer;
  private final Headers headers;
  private final Semaphore changed = new Semaphore(0);
  private final byte[] piece = new byte[PIECE_BYTES];
  private int filled;
  private long revision;
  private long remaining;

  /** Must be made before the call's method returns. */
  BackupStream(ServerCallStreamObserver<SnapshotResponse> observer, Headers headers) {
    this.observer = observer;
    this.headers = headers;
    observer.setOnReadyHandler(changed::release);
    observer.setOnCancelHandler(changed::release);
  }

  /** Sends all of {@code source} and ends the stream; on a thread that may block. */
  void send(BackupSource source) {
    revision = source.revision();
    remaining = source.bytes();
    source.writeTo(this);
    flush();
    observer.onCompleted();
  }

  @Override
  public void write(byte[] bytes) {
    int from = 0;
    while (from < bytes.length) {
      int length = Math.min(bytes.length - from, PIECE_BYTES - filled);
      System.arraycopy(bytes, from, piece, filled, length);
      filled += length;
      from += length;
      if (filled == PIECE_BYTES) {
        flush();
      }
    }
  }

  private void flush() {
    if (filled == 0) {
      return;
    }
    awaitReady();
    remaining -= filled;
    ByteString blob = UnsafeByteOperations.unsafeWrap(Arrays.copyOf(piece, filled));
    filled = 0;
    observer.onNext(
        SnapshotResponse.newBuilder()
            .setHeader(headers.at(revision))
            .setRemainingBytes(remaining)
            .setBlob(blob)
            .setVersion(ApiVersion.CLUSTER)
            .build());
  }

  private void awaitReady() {
    while (!observer.isReady()) {
      if (observer.isCancelled()) {
        throw Status.CANCELLED.withDescription("the client has gone").asRuntimeException();
      }
      changed.acquireUninterruptibly();
    }
  }
}
