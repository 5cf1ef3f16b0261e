package dev.balsa.server.cli;

import dev.balsa.server.backup.BackupFile;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ctl snapshot}: the same as {@link SnapshotCommand}, with the flags of {@code ctl}. */
@Command(name = "snapshot", description = "Manages backups of a member's data.")
final class CtlSnapshot implements Runnable {
  @Override
  public void run() {
    throw new BadUsage("a command is missing; it is save, status or restore");
  }

  /** {@code ctl snapshot save}. */
  @Command(name = "save", description = "Stores a backup of a member in a file.")
  static final class Save implements Runnable {
    @Parameters(paramLabel = "FILE", description = "Where to.")
    Path file = Path.of("");

    private final CtlCommand ctl;
    private final Console console;

    Save(CtlCommand ctl, Console console) {
      this.ctl = ctl;
      this.console = console;
    }

    @Override
    public void run() {
      SnapshotSaving.save(ctl.cluster(), file);
      console.println("Snapshot saved at " + file);
    }
  }

  /** {@code ctl snapshot status}. */
  @Command(name = "status", description = "Checks a backup and says what it is of.")
  static final class Status implements Runnable {
    @Parameters(paramLabel = "FILE", description = "The backup.")
    Path file = Path.of("");

    private final CtlCommand ctl;
    private final Console console;

    Status(CtlCommand ctl, Console console) {
      this.ctl = ctl;
      this.console = console;
    }

    @Override
    public void run() {
      status(file, ctl, console);
    }
  }

  static void status(Path file, CtlCommand ctl, Console console) {
    Reply.requireFormatOrTable(ctl.format);
    reply(BackupFile.open(file)).print(console, ctl.format);
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
