package dev.balsa.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.OrderedStore;
import dev.balsa.node.Salvage;
import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.EntryId;
import dev.balsa.server.backend.ServerMachine;
import dev.balsa.server.config.ServerConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code --force-new-cluster}: one member's data becomes a cluster of its own, when the majority is
 * lost for ever. Unlike etcd's the cluster gets a new id, so a lost member that comes back is
 * refused; the old data stays beside the new, so a mistake can be undone; and a flag that is left
 * in place does nothing at the next start.
 *
 * <p>Between the two renames at the end the data directory is missing for a moment. Who crashes
 * just there and starts again with the flag goes on with what was made.
 */
final class ForcedCluster {
  private static final System.Logger LOG = System.getLogger(ForcedCluster.class.getName());

  /** In a data directory that was made so. */
  private static final String MARK = "forced-new-cluster";

  private final ServerConfig config;
  private final Surroundings surroundings;
  private final Path data;
  private final Path unfinished;
  private final Path before;

  private ForcedCluster(ServerConfig config, Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
    this.data = config.dataDir();
    this.unfinished = data.resolveSibling(data.getFileName() + ".forcing");
    this.before = data.resolveSibling(data.getFileName() + ".before-force");
  }

  /**
   * Makes it so if {@code config} asks for it and it has not been done.
   *
   * @throws StartException if there is no data, it is damaged, or the disk does not allow it
   */
  static void ifAsked(ServerConfig config, Surroundings surroundings) {
    if (config.forceNewCluster()) {
      new ForcedCluster(config, surroundings).run();
    }
  }

  private void run() {
    if (Files.exists(data.resolve(MARK))) {
      LOG.log(
          Level.WARNING,
          "--force-new-cluster has been done in {0} and is not done again; take the flag out",
          data);
      return;
    }
    try {
      if (!Files.exists(data) && Files.exists(unfinished.resolve(MARK))) {
        surroundings.disk().move(unfinished, data);
        return;
      }
      if (Files.exists(before)) {
        throw new StartException(
            "%s is there from an earlier --force-new-cluster; move it away first"
                .formatted(before));
      }
      remove(unfinished);
      EntryId last = fill();
      mark();
      surroundings.disk().move(data, before);
      surroundings.disk().move(unfinished, data);
      LOG.log(
          Level.WARNING,
          "{0} is a new cluster of this member alone, with all up to entry {1}; the old data is in {2}",
          data,
          last,
          before);
    } catch (IOException | StorageException e) {
      throw new StartException(
          "--force-new-cluster cannot be done with --data-dir %s (%s)"
              .formatted(data, e.getMessage()),
          e);
    }
  }

  private EntryId fill() {
    if (!surroundings.disk().isThere(data)) {
      throw new StorageException("it is not there; name the directory of a member that ran");
    }
    ClusterId cluster = new ClusterId(new SecureRandom().nextLong());
    try (Directory from = surroundings.disk().open(data);
        Directory to = surroundings.disk().open(unfinished);
        OrderedStore former = EtcdServer.openStore(config.storage(), data);
        OrderedStore store = EtcdServer.openStore(config.storage(), unfinished)) {
      return Salvage.run(
          from,
          to,
          new ServerMachine(new KvMachine(store)),
          new ServerMachine(new KvMachine(former)),
          cluster,
          surroundings.wal());
    }
  }

  /** Says, durably, that all is there. */
  private void mark() {
    ByteBuffer text = ByteBuffer.wrap(("made of " + before + "\n").getBytes(UTF_8));
    try (Directory made = surroundings.disk().open(unfinished)) {
      try (DiskFile file = made.create(MARK, text.remaining())) {
        file.write(text, 0);
        file.force();
      }
      made.force();
    }
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(directory)) {
      files = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
