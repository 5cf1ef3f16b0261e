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
 * <p>At the end directories are renamed, two renames for each, the log's first if it has one of its
 * own. Who crashes between them and starts again, with the flag or without, goes on with the rest.
 */
final class ForcedCluster {
  private static final System.Logger LOG = System.getLogger(ForcedCluster.class.getName());

  /** In a data directory that was made so. */
  private static final String MARK = "forced-new-cluster";

  private final ServerConfig config;
  private final Surroundings surroundings;
  private final Folder data;
  private final Folder log; // the same unless the log has a directory of its own

  private ForcedCluster(ServerConfig config, Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
    this.data = Folder.of(config.dataDir());
    this.log = Folder.of(config.walDir());
  }

  /**
   * A directory that is to be another.
   *
   * @param now where it is
   * @param unfinished where what takes its place is made
   * @param before where it is kept then
   */
  private record Folder(Path now, Path unfinished, Path before) {
    static Folder of(Path path) {
      return new Folder(
          path,
          path.resolveSibling(path.getFileName() + ".forcing"),
          path.resolveSibling(path.getFileName() + ".before-force"));
    }
  }

  private List<Folder> folders() {
    return log.equals(data) ? List.of(data) : List.of(log, data);
  }

  /**
   * Makes it so if {@code config} asks for it and it has not been done, and ends it if it was cut
   * off at its end.
   *
   * @throws StartException if there is no data, it is damaged, or the disk does not allow it
   */
  static void ifAsked(ServerConfig config, Surroundings surroundings) {
    ForcedCluster forced = new ForcedCluster(config, surroundings);
    if (config.forceNewCluster() || forced.isCutOff()) {
      forced.run();
    }
  }

  /** Whether all is made, and the first rename is done, but not the last. */
  private boolean isCutOff() {
    return Files.exists(data.unfinished().resolve(MARK))
        && folders().stream().anyMatch(folder -> Files.exists(folder.before()));
  }

  private void run() {
    if (Files.exists(data.now().resolve(MARK))) {
      LOG.log(
          Level.WARNING,
          "--force-new-cluster has been done in {0} and is not done again; take the flag out",
          data.now());
      return;
    }
    try {
      if (isCutOff()) {
        rename();
        return;
      }
      for (Folder folder : folders()) {
        if (Files.exists(folder.before())) {
          throw new StartException(
              "%s is there from an earlier --force-new-cluster; move it away first"
                  .formatted(folder.before()));
        }
        remove(folder.unfinished());
      }
      EntryId last = fill();
      mark();
      rename();
      LOG.log(
          Level.WARNING,
          "{0} is a new cluster of this member alone, with all up to entry {1}; the old data is in {2}",
          data.now(),
          last,
          String.join(
              " and ", folders().stream().map(folder -> folder.before().toString()).toList()));
    } catch (IOException | StorageException e) {
      throw new StartException(
          "--force-new-cluster cannot be done with --data-dir %s (%s)"
              .formatted(data.now(), e.getMessage()),
          e);
    }
  }

  private void rename() {
    for (Folder folder : folders()) {
      if (Files.exists(folder.unfinished())) {
        if (Files.exists(folder.now())) {
          surroundings.disk().move(folder.now(), folder.before());
        }
        surroundings.disk().move(folder.unfinished(), folder.now());
      }
    }
  }

  private EntryId fill() {
    if (!surroundings.disk().isThere(data.now())) {
      throw new StorageException("it is not there; name the directory of a member that ran");
    }
    ClusterId cluster = new ClusterId(new SecureRandom().nextLong());
    try (Directory from = surroundings.disk().open(data.now(), log.now());
        Directory to = surroundings.disk().open(data.unfinished(), log.unfinished());
        OrderedStore former = EtcdServer.openStore(config.storage(), data.now());
        OrderedStore store = EtcdServer.openStore(config.storage(), data.unfinished())) {
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
    ByteBuffer text = ByteBuffer.wrap(("made of " + data.before() + "\n").getBytes(UTF_8));
    try (Directory made = surroundings.disk().open(data.unfinished())) {
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
