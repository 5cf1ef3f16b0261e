package dev.balsa.node.wal;

import dev.balsa.node.StorageException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.node.disk.Directory;
import dev.balsa.node.disk.DiskFile;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the groups of a damaged log have lost and not got back yet, and the file that says so. Its
 * bytes: see the package. While there is any such group the damaged segments stay, under another
 * name, for whoever may want to look at them.
 */
final class Losses {
  static final String NAME = "repair.groups";

  private static final String TEMPORARY = "repair.groups.new";
  private static final Pattern SET_ASIDE = Pattern.compile("[0-9a-f]{16}\\.wal\\.damaged");
  private static final int FORMAT = 1;
  private static final int HEAD_BYTES = 24;
  private static final int LOSS_BYTES = 32;
  private static final long MAGIC = 0x42414c5341524547L; // BALSAREG

  private final Directory directory;
  private final TreeMap<GroupId, Loss> losses = new TreeMap<>();
  private long first; // the number of the first segment of the log written anew; 0 if it is there

  private Losses(Directory directory) {
    this.directory = directory;
  }

  /** Nothing is lost. */
  static Losses none(Directory directory) {
    return new Losses(directory);
  }

  /**
   * What the directory's file says; nothing is lost if it has none.
   *
   * @throws StorageException if the file is damaged
   */
  static Losses find(Directory directory) {
    Losses found = new Losses(directory);
    if (directory.list().contains(NAME)) {
      found.read();
    }
    return found;
  }

  private void read() {
    ByteBuffer in;
    try (DiskFile file = directory.open(NAME)) {
      in = ByteBuffer.allocate((int) Math.min(file.size(), 1 << 30));
      file.read(in, 0);
    }
    int end = in.capacity() - Integer.BYTES;
    boolean fits = end >= HEAD_BYTES && (end - HEAD_BYTES) % LOSS_BYTES == 0;
    int wanted = fits ? SliceCodec.crc(in.array(), 0, end) : 0;
    if (!fits || in.getInt(end) != wanted || in.getLong(0) != MAGIC || in.getInt(8) != FORMAT) {
      throw RecoveryCase.REPAIR_FILE_DAMAGED.refuseMany(
          directory.path(NAME), 0, "%d bytes found that do not check out".formatted(in.capacity()));
    }
    first = in.getLong(16);
    for (int at = HEAD_BYTES; at < end; at += LOSS_BYTES) {
      EntryId last = new EntryId(in.getLong(at + 16), in.getLong(at + 24));
      losses.put(new GroupId(in.getLong(at)), new Loss(last, in.getInt(at + 8) != 0));
    }
  }

  /**
   * The number of the first segment of a log that was written anew and is to take the place of the
   * damaged one; 0 if it has.
   */
  long pendingFirst() {
    return first;
  }

  boolean isEmpty() {
    return losses.isEmpty();
  }

  /** What the group lost, or null if it lacks nothing. */
  @Nullable Loss of(GroupId group) {
    return losses.get(group);
  }

  /** A group lost this beside what it had lost before; {@link #publish} makes it durable. */
  void add(GroupId group, Loss loss) {
    losses.merge(group, loss, Loss::and);
  }

  /** The group has everything again; {@link #publish} makes it durable. */
  void remove(GroupId group) {
    losses.remove(group);
  }

  /** Nothing is known of other groups any more; returns whether there were any. */
  boolean retain(Collection<GroupId> groups) {
    return losses.keySet().retainAll(groups);
  }

  /**
   * Makes all of it durable in one step that survives a crash.
   *
   * @param first what {@link #pendingFirst} says from now on
   */
  void publish(long first) {
    this.first = first;
    if (first == 0 && losses.isEmpty()) {
      delete();
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + LOSS_BYTES * losses.size() + Integer.BYTES);
    out.putLong(MAGIC).putInt(FORMAT).putInt(losses.size()).putLong(first);
    losses.forEach(
        (group, loss) -> {
          out.putLong(group.value()).putInt(loss.voteLost() ? 1 : 0).putInt(0);
          out.putLong(loss.end().term()).putLong(loss.end().index());
        });
    out.putInt(SliceCodec.crc(out.array(), 0, out.position()));
    if (directory.list().contains(TEMPORARY)) {
      directory.delete(TEMPORARY);
    }
    try (DiskFile file = directory.create(TEMPORARY, out.capacity())) {
      file.write(out.rewind(), 0);
      file.force();
    }
    directory.rename(TEMPORARY, NAME);
    directory.force();
  }

  /** Nothing is lost any more, so nobody needs the damaged segments. */
  private void delete() {
    for (String name : directory.list()) {
      if (SET_ASIDE.matcher(name).matches()) {
        directory.delete(name);
      }
    }
    directory.force(); // while the file tells that they may be there
    if (directory.list().contains(NAME)) {
      directory.delete(NAME);
      directory.force();
    }
  }

  /** What a damaged segment is called while something that it held is missing. */
  static String setAside(String segment) {
    return segment + ".damaged";
  }
}
