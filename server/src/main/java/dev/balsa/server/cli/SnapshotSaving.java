package dev.balsa.server.cli;

import dev.balsa.node.disk.OwnerOnly;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.SnapshotRequest;
import dev.balsa.proto.SnapshotResponse;
import dev.balsa.server.backup.BackupException;
import dev.balsa.server.backup.BackupFile;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Set;

/** Keeps a member's backup as a file of its owner's: whole, forced and checked, or not at all. */
final class SnapshotSaving {
  private SnapshotSaving() {}

  /**
   * Takes the backup. There is no deadline, since a large store takes its time and a member that
   * dies ends the stream.
   */
  static void save(Cluster cluster, Path file) {
    if (cluster.endpoints().size() != 1) {
      throw new BadUsage(
          "snapshot must be requested to one selected node, not multiple; name one with --endpoints");
    }
    Path part = Path.of(file + ".part");
    try {
      cluster.write(channel -> receive(channel, part));
      BackupFile.requireWhole(part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | BackupException e) {
      throw new CommandFailure("no backup was saved: " + e.getMessage());
    }
  }

  private static long receive(Channel channel, Path part) {
    long bytes = 0;
    try (FileChannel out = create(part)) {
      Iterator<SnapshotResponse> pieces =
          MaintenanceGrpc.newBlockingStub(channel).snapshot(SnapshotRequest.getDefaultInstance());
      while (pieces.hasNext()) {
        for (ByteBuffer piece : pieces.next().getBlob().asReadOnlyByteBufferList()) {
          while (piece.hasRemaining()) {
            bytes += out.write(piece);
          }
        }
      }
      out.force(true);
      return bytes;
    } catch (IOException e) {
      throw new CommandFailure("%s cannot be written (%s)".formatted(part, e));
    }
  }

  /** Anew, for one that was left behind may be another's to read. */
  private static FileChannel create(Path part) throws IOException {
    Files.deleteIfExists(part);
    return FileChannel.open(
        part,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        OwnerOnly.file(part));
  }
}
