package dev.balsa.testkit;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The state that a machine keeps by itself, in one file of its own, which is replaced as a whole: a
 * crash leaves the old state or the new one. Damage to it shows when it is opened, and nothing of
 * it counts then.
 *
 * <pre>crc32c of what follows 4 | term 8 | index 8 | (length 4 | bytes)*</pre>
 */
final class KeptMachine {
  static final String NAME = "machine.state";

  private static final String UNFINISHED = NAME + ".new";
  private static final int HEAD_BYTES = 20;

  private final Directory directory;
  private EntryId last = EntryId.ZERO; // the last command with an effect on it
  private List<Bytes> parts = List.of();

  private KeptMachine(Directory directory) {
    this.directory = directory;
  }

  static KeptMachine open(Directory directory) {
    KeptMachine machine = new KeptMachine(directory);
    List<String> names = directory.list();
    if (names.contains(UNFINISHED)) {
      directory.delete(UNFINISHED);
    }
    if (names.contains(NAME)) {
      machine.read();
    }
    return machine;
  }

  private void read() {
    ByteBuffer in;
    try (DiskFile file = directory.open(NAME)) {
      in = ByteBuffer.allocate((int) file.size());
      file.read(in, 0);
    }
    in.flip();
    if (in.remaining() < HEAD_BYTES || in.getInt() != checksum(in.slice())) {
      return;
    }
    last = new EntryId(in.getLong(), in.getLong());
    parts = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] part = new byte[in.getInt()];
      in.get(part);
      parts.add(Bytes.wrap(part));
    }
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** As {@link StateMachine#recovered}. */
  EntryId recovered() {
    return last;
  }

  /** Gives what was kept to an empty machine. */
  void restore(StateMachine<?> empty) {
    if (last.index() > 0) {
      Iterator<Bytes> next = parts.iterator();
      empty.restore(() -> next.hasNext() ? next.next() : null);
    }
  }

  /**
   * Makes a state durable, unless it is older than what is kept.
   *
   * @throws StorageException if the disk fails
   */
  void keep(EntryId command, StateMachine.Capture state) {
    if (command.index() <= last.index()) {
      return;
    }
    List<Bytes> next = new ArrayList<>();
    state.writeTo(next::add);
    if (directory.list().contains(UNFINISHED)) {
      directory.delete(UNFINISHED);
    }
    try (DiskFile file = directory.create(UNFINISHED, 0)) {
      file.write(encode(command, next), 0);
      file.force();
    }
    directory.rename(UNFINISHED, NAME);
    directory.force();
    last = command;
    parts = next;
  }

  private static ByteBuffer encode(EntryId command, List<Bytes> parts) {
    int length = HEAD_BYTES;
    for (Bytes part : parts) {
      length += Integer.BYTES + part.length();
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.putInt(0).putLong(command.term()).putLong(command.index());
    for (Bytes part : parts) {
      out.putInt(part.length()).put(part.toByteArray());
    }
    out.putInt(0, checksum(out.flip().slice(Integer.BYTES, length - Integer.BYTES)));
    return out;
  }
}
