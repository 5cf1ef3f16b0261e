package dev.balsa.server.cli;

import dev.balsa.server.backup.BackupFile;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code ctl snapshot}, and {@code balsa snapshot}: backups, by etcdctl's and etcdutl's commands.
 */
@Command(name = "snapshot", description = "Takes backups, looks at them, and restores clusters.")
final class CtlSnapshot {
  private final CtlCommand ctl;
  private final Console console;

  CtlSnapshot(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** {@code balsa snapshot}, which has the flags of {@code ctl} itself. */
  static CommandLine alone(Console console, Map<String, String> environment) {
    CtlCommand ctl = new CtlCommand(console, environment);
    CtlSnapshot snapshot = new CtlSnapshot(ctl, console);
    return snapshot.below(ctl.withDefaults(new CommandLine(snapshot).addMixin("ctl", ctl)));
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return below(new CommandLine(this));
  }

  private CommandLine below(CommandLine command) {
    return command
        .addSubcommand(new Save())
        .addSubcommand(new Status())
        .addSubcommand(new SnapshotRestore(console));
  }

  /** {@code ctl snapshot save}. */
  @Command(name = "save", description = "Stores a backup of a member in a file.")
  private final class Save implements Runnable {
    @Parameters(paramLabel = "FILE", description = "Where to.")
    Path file = Path.of("");

    @Override
    public void run() {
      SnapshotSaving.save(ctl.cluster(), file);
      console.println("Snapshot saved at " + file);
    }
  }

  /** {@code ctl snapshot status}. */
  @Command(name = "status", description = "Checks a backup and says what it is of.")
  private final class Status implements Runnable {
    @Parameters(paramLabel = "FILE", description = "The backup.")
    Path file = Path.of("");

    @Override
    public void run() {
      Reply.requireFormatOrTable(ctl.format);
      reply(BackupFile.open(file)).print(console, ctl.format);
    }
  }

  private static Reply reply(BackupFile backup) {
    long revision = backup.head().revision();
    long keys = backup.head().keys();
    String hash = Integer.toUnsignedString(backup.hash());
    String[] cells = {
      Integer.toHexString(backup.hash()),
      Long.toString(revision),
      Long.toString(keys),
      GoText.size(backup.bytes())
    };
    TextTable table = new TextTable("HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE");
    table.row(cells);
    return new Reply(
        String.join(", ", cells) + "\n",
        "{\"hash\":%s,\"revision\":%d,\"totalKey\":%d,\"totalSize\":%d}\n"
            .formatted(hash, revision, keys, backup.bytes()),
        new FieldLines()
            .field("Hash", hash)
            .field("Revision", revision)
            .field("Keys", keys)
            .field("Size", backup.bytes())
            .toString(),
        table.draw());
  }
}
