package dev.balsa.server.cli;

import dev.balsa.server.Restoration;
import dev.balsa.server.backup.BackupFile;
import dev.balsa.server.config.ConfigException;
import dev.balsa.server.config.InitialCluster;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code snapshot restore}, by etcdutl's flags. */
@Command(
    name = "restore",
    description = {
      "Makes the data directory of a member of a new cluster out of a backup.",
      "Do so for every member with the same file and --initial-cluster, then start them all."
    })
final class SnapshotRestore implements Runnable {
  @Parameters(paramLabel = "FILE", description = "The backup.")
  Path file = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "The member's name (default: ${DEFAULT-VALUE}).")
  String name = "";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The directory to make (default: NAME.balsa).")
  @Nullable Path dataDir;

  @Option(
      names = "--wal-dir",
      paramLabel = "DIR",
      description =
          "The log's own directory, if the member is to have one (default: in the data directory).")
  String walDir = "";

  @Option(
      names = "--initial-cluster",
      paramLabel = "NAME=URL,...",
      description = "The members of the new cluster (default: this one alone).")
  @Nullable String initialCluster;

  @Option(
      names = "--initial-advertise-peer-urls",
      paramLabel = "URLS",
      defaultValue = "http://localhost:2380",
      description = "Where the other members are sent (default: ${DEFAULT-VALUE}).")
  String advertisePeerUrls = "";

  @Option(
      names = "--initial-cluster-token",
      paramLabel = "TOKEN",
      defaultValue = "etcd-cluster",
      description = "Sets clusters with the same URLs apart (default: ${DEFAULT-VALUE}).")
  String token = "";

  @Option(
      names = "--skip-hash-check",
      description = "Restore even if the file's SHA-256 is not the one at its end.")
  boolean skipsHash;

  @Option(
      names = "--bump-revision",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Go on so many revisions later, more than were written since the backup"
              + " (default: ${DEFAULT-VALUE}).")
  long bump;

  @Option(
      names = "--mark-compacted",
      description =
          "Say that everything before that revision is compacted, so that nobody who saw more than"
              + " the backup holds is misled; needed with --bump-revision, and only with it.")
  boolean marksCompacted;

  private final Console console;

  SnapshotRestore(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (bump < 0) {
      throw new BadUsage("--bump-revision %d is negative; revisions only rise".formatted(bump));
    }
    if (marksCompacted != bump > 0) {
      throw new BadUsage(
          "--mark-compacted required if --bump-revision > 0, and only then; give both or neither");
    }
    String members =
        initialCluster != null
            ? initialCluster
            : name + "=" + advertisePeerUrls.replace(",", "," + name + "=");
    InitialCluster cluster = InitialCluster.parse(members, token);
    requireSame(cluster.member(name).peerUrls());
    Path target = dataDir != null ? dataDir : Path.of(name + ".balsa");
    BackupFile saved = BackupFile.open(file, !skipsHash);
    BackupFile backup = bump > 0 ? saved.raised(bump) : saved;
    Path log = ServerConfig.walDir(target, walDir);
    Restoration.run(backup, cluster, name, target, log);
    console.println(
        "Restored revision %d into %s; start the member with the same --name and --initial-cluster%s"
            .formatted(
                backup.head().revision(),
                target,
                log.equals(target) ? "" : " and --wal-dir " + log));
  }

  private void requireSame(List<Url> peerUrls) {
    for (Url url : Url.list("--initial-advertise-peer-urls", advertisePeerUrls)) {
      if (!peerUrls.contains(url)) {
        throw new ConfigException(
            "--initial-advertise-peer-urls %s is not among %s's URLs in --initial-cluster (%s); make them the same"
                .formatted(url, name, peerUrls));
      }
    }
  }
}
