package dev.balsa.server.cli;

import dev.balsa.node.Identity;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.wal.LogScan;
import dev.balsa.node.wal.LogScan.Content;
import dev.balsa.node.wal.LogScan.Found;
import dev.balsa.raft.Entry;

/**
 * Prints the records of a log, the entries in one each on a line of their own.
 *
 * @param all whether records other than entries are wanted, too
 * @param from the first index wanted
 * @param to the last one
 */
record LogDump(LogLines lines, boolean all, long from, long to, Console console) {
  /** Prints them. */
  void run(Directory directory, Identity identity) {
    LogScan.of(directory, identity, this::print);
    console.out().flush();
  }

  private void print(Found found) {
    switch (found) {
      case Found.Valid record -> {
        if (record.content() instanceof Content.Entries(var slice)) {
          for (Entry entry : slice.entries()) {
            if (entry.index() >= from && entry.index() <= to) {
              console.println(lines.entry(record, entry));
            }
          }
        } else if (all) {
          console.println(lines.record(record));
        }
      }
      case Found.Damaged damaged -> console.println(lines.damaged(damaged));
      case Found.Free free -> {}
    }
  }
}
