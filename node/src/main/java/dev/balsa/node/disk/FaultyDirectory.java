package dev.balsa.node.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that does what real ones do: it forgets what was not forced, wholly, from some
 * byte on, or by sector; it forgets names apart from bytes; it takes a part of a write; it fails at
 * a chosen operation; after a failed force it believes that all is well. For tests of whatever
 * stands on a {@link Directory}. Safe for several threads.
 */
public final class FaultyDirectory implements Directory {
  /** A sector is written wholly or not at all. */
  public static final int SECTOR_BYTES = 512;

  /** What an operation is, for choosing which one fails. */
  public enum Operation {
    LIST,
    CREATE,
    OPEN,
    READ,
    WRITE,
    FORCE,
    RENAME,
    DELETE,
    FORCE_DIRECTORY
  }

  /** What a power cut leaves of that which was not forced. */
  public enum Loss {
    /** Nothing. */
    ALL,
    /** Everything. */
    NONE,
    /** What was written and named before some moment, to the byte. */
    PREFIX,
    /** Each sector as it was before or after, independently; names before some moment. */
    SECTORS
  }

  /** The power went out; the process does not go on. Not a storage failure: nobody handles it. */
  public static final class PowerCut extends Error {
    private static final long serialVersionUID = 1;
  }

  private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
  private final Map<Operation, Map<Integer, String>> failures = new EnumMap<>(Operation.class);
  private TreeMap<String, Content> names = new TreeMap<>();
  private final List<TreeMap<String, Content>> nameHistory = new ArrayList<>();
  private int changes;
  private int powerCutAt = Integer.MAX_VALUE;
  private @Nullable Random shortWrites;
  private boolean full;
  private long usable = Long.MAX_VALUE;
  private volatile CountDownLatch forcesGo = new CountDownLatch(0); // written by tests

  /** An empty disk. */
  public FaultyDirectory() {
    nameHistory.add(new TreeMap<>());
  }

  /** The {@code ordinal}-th operation of this kind from now on (from 1) fails, once. */
  public synchronized void failAt(Operation operation, int ordinal, String message) {
    failures
        .computeIfAbsent(operation, o -> new TreeMap<>())
        .put(count(operation) + ordinal, message);
  }

  /** How many operations of a kind were asked for. */
  public synchronized int count(Operation operation) {
    return counts.getOrDefault(operation, 0);
  }

  /** How many operations so far could have changed the disk. */
  public synchronized int changes() {
    return changes;
  }

  /** Cuts the power in place of the change after the first {@code count} ones in all. */
  public synchronized void cutPowerAfter(int count) {
    powerCutAt = count;
  }

  /** How much the disk says that it has left, whatever is written; not how it behaves. */
  public synchronized void usable(long bytes) {
    usable = bytes;
  }

  @Override
  public synchronized long usableBytes() {
    return usable;
  }

  /** From now on no file grows and none that needs space can be made, or they can again. */
  public synchronized void full(boolean now) {
    full = now;
  }

  /** From now on no force of a file returns, until {@link #heal}. */
  public void hangForces() {
    forcesGo = new CountDownLatch(1);
  }

  /** From now on a write takes a part of what is offered. */
  public synchronized void writeShort(long seed) {
    shortWrites = new Random(seed);
  }

  /** From now on nothing fails or hangs but what is asked for anew. */
  public synchronized void heal() {
    failures.clear();
    forcesGo.countDown();
  }

  /** Loses what was not forced, as {@code loss} says, and gives the power back. */
  public synchronized void crash(Loss loss, long seed) {
    Random random = new Random(seed);
    names =
        new TreeMap<>(
            switch (loss) {
              case ALL -> nameHistory.getFirst();
              case NONE -> nameHistory.getLast();
              case PREFIX, SECTORS -> nameHistory.get(random.nextInt(nameHistory.size()));
            });
    nameHistory.clear();
    nameHistory.add(new TreeMap<>(names));
    names.values().forEach(content -> content.lose(loss, random));
    powerCutAt = Integer.MAX_VALUE;
    failures.clear();
  }

  /** The bytes of a file as a reader sees them: a copy. */
  public synchronized byte[] bytes(String name) {
    return content(name).now.clone();
  }

  /** Replaces a file, durably, behind everyone's back. Any length. */
  public synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.now = bytes.clone();
    content.durable = bytes.clone();
    names.put(name, content);
    nameHistory.forEach(past -> past.put(name, content));
  }

  /** Removes a file, durably, behind everyone's back. */
  public synchronized void lose(String name) {
    names.remove(name);
    nameHistory.forEach(past -> past.remove(name));
  }

  /** Changes one byte on the medium by exclusive or. */
  public synchronized void flip(String name, int offset, int mask) {
    byte[] bytes = bytes(name);
    bytes[offset] ^= (byte) mask;
    put(name, bytes);
  }

  /** Changes one byte under the feet of those who have the file open. */
  public synchronized void overwrite(String name, int offset, int mask) {
    Content content = content(name);
    content.now[offset] ^= (byte) mask;
    content.durable[offset] = content.now[offset];
  }

  /** Changes bytes on the medium, under the feet of those who have the file open. */
  public synchronized void overwrite(String name, int offset, byte[] bytes) {
    Content content = content(name);
    System.arraycopy(bytes, 0, content.now, offset, bytes.length);
    System.arraycopy(bytes, 0, content.durable, offset, bytes.length);
  }

  /** The names as a reader sees them. Not an operation: it is not counted and does not fail. */
  public synchronized List<String> names() {
    return List.copyOf(names.keySet());
  }

  /** Another disk with the same durable state. */
  public synchronized FaultyDirectory copy() {
    FaultyDirectory copy = new FaultyDirectory();
    names.forEach((name, content) -> copy.put(name, content.now));
    return copy;
  }

  /** The names as they were when last forced, and after each change since. */
  synchronized List<Map<String, Content>> nameHistory() {
    return List.copyOf(nameHistory);
  }

  /** A number for all names and bytes: disks that differ have different ones, but for chance. */
  public synchronized long fingerprint() {
    TreeMap<String, byte[]> files = new TreeMap<>();
    names.forEach((name, content) -> files.put(name, content.now));
    return DiskFingerprint.of(files);
  }

  @Override
  public synchronized List<String> list() {
    begin("list", Operation.LIST, "");
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized DiskFile create(String name, long size) {
    begin("create", Operation.CREATE, name);
    if (full && size > 0) {
      throw DiskFailure.of("create", path(name), -1, new IOException("No space left on device"));
    }
    if (names.containsKey(name)) {
      throw DiskFailure.of("create", path(name), -1, new IOException("it exists already"));
    }
    Content content = new Content();
    content.now = new byte[Math.toIntExact(size)];
    content.durable = content.now.clone();
    names.put(name, content);
    renamed();
    return new SimulatedFile(name, content);
  }

  @Override
  public synchronized DiskFile open(String name) {
    begin("open", Operation.OPEN, name);
    return new SimulatedFile(name, content(name));
  }

  @Override
  public synchronized void rename(String from, String to) {
    begin("rename", Operation.RENAME, from);
    names.put(to, content(from));
    names.remove(from);
    renamed();
  }

  @Override
  public synchronized void delete(String name) {
    begin("delete", Operation.DELETE, name);
    content(name);
    names.remove(name);
    renamed();
  }

  private void renamed() {
    nameHistory.add(new TreeMap<>(names));
  }

  @Override
  public synchronized void force() {
    begin("force", Operation.FORCE_DIRECTORY, "");
    nameHistory.clear();
    nameHistory.add(new TreeMap<>(names));
  }

  @Override
  public String path(String name) {
    return "/simulated/" + name;
  }

  @Override
  public void close() {}

  private Content content(String name) {
    Content content = names.get(name);
    if (content == null) {
      throw DiskFailure.of("find", path(name), -1, new IOException("no such file"));
    }
    return content;
  }

  private void begin(String action, Operation operation, String name) {
    try {
      begin(operation);
    } catch (IOException e) {
      throw DiskFailure.of(action, path(name), -1, e);
    }
  }

  private void begin(Operation operation) throws IOException {
    int count = counts.merge(operation, 1, Integer::sum);
    boolean changing =
        operation != Operation.LIST && operation != Operation.OPEN && operation != Operation.READ;
    if (changing && changes++ >= powerCutAt) {
      throw new PowerCut();
    }
    String message = failures.getOrDefault(operation, Map.of()).get(count);
    if (message != null) {
      throw new IOException(message);
    }
  }

  private final class SimulatedFile extends DiskFile {
    private final Content content;

    SimulatedFile(String name, Content content) {
      super(FaultyDirectory.this.path(name));
      this.content = content;
    }

    @Override
    protected int readSome(ByteBuffer target, long position) throws IOException {
      synchronized (FaultyDirectory.this) {
        begin(Operation.READ);
        int count = (int) Math.min(target.remaining(), content.now.length - position);
        if (count <= 0) {
          return -1;
        }
        target.put(content.now, (int) position, count);
        return count;
      }
    }

    @Override
    protected int writeSome(ByteBuffer source, long position) throws IOException {
      synchronized (FaultyDirectory.this) {
        begin(Operation.WRITE);
        Random random = shortWrites;
        int offered = source.remaining();
        int count = random == null ? offered : 1 + random.nextInt(offered);
        byte[] bytes = new byte[count];
        source.get(bytes);
        int at = Math.toIntExact(position);
        if (at + count > content.now.length) {
          if (full) {
            throw new IOException("No space left on device");
          }
          content.now = Arrays.copyOf(content.now, at + count);
          content.durable = Arrays.copyOf(content.durable, at + count);
        }
        System.arraycopy(bytes, 0, content.now, at, count);
        content.dirty.add(new int[] {at, at + count});
        content.dirtyBytes.add(bytes);
        return count;
      }
    }

    /** A failed force drops the data from what a later force would write: it is lost for good. */
    @Override
    protected void forceData() throws IOException {
      awaitForces();
      synchronized (FaultyDirectory.this) {
        try {
          begin(Operation.FORCE);
          content.force();
        } catch (IOException e) {
          content.forget();
          throw e;
        }
      }
    }

    private void awaitForces() throws IOException {
      try {
        forcesGo.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted in a force", e);
      }
    }

    @Override
    protected long length() {
      return content.now.length;
    }

    @Override
    public void close() {}
  }
}
