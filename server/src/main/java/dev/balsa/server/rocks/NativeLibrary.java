package dev.balsa.server.rocks;

import dev.balsa.node.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library, unpacked beside the data and kept there for the next start. RocksDB by
 * itself unpacks it into the system's temporary folder at each start, where a process that is
 * killed leaves it: 15 MB every time.
 *
 * <p>The folder is the user's alone, and what is in it is loaded only if it is what the jar holds.
 * Where that cannot be had the library is loaded in RocksDB's own way: from {@code
 * java.library.path}, or unpacked to where {@code ROCKSDB_SHAREDLIB_DIR} says or into the temporary
 * folder.
 */
final class NativeLibrary {
  private static final System.Logger LOG = System.getLogger(NativeLibrary.class.getName());
  private static final String UNFINISHED = ".new";

  /** What this platform's library is called in the jar. */
  private static final String PACKED = Environment.getJniLibraryFileName("rocksdb");

  /** What {@link RocksDB#loadLibrary(List)} looks for, which is not quite the same. */
  private static final String WANTED = Environment.getJniLibraryFileName("rocksdbjni");

  private static final int CHUNK_BYTES = 1 << 16;

  private NativeLibrary() {}

  /**
   * Loads the library by way of {@code folder}, which is made if it is missing; no effect if this
   * process has loaded it before. Its parent must be there.
   *
   * @throws StorageException if it cannot be loaded in any way
   */
  static void load(Path folder) {
    if (RocksDB.rocksdbVersion() != null) {
      return;
    }
    String refused = loadFrom(folder);
    if (refused == null) {
      return;
    }
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | LinkageError e) {
      throw new StorageException(
          "RocksDB's native library cannot be loaded, neither from %s (%s) nor from the temporary directory %s (%s); make one of them writable and executable, name another temporary one by -Djava.io.tmpdir, or start with --storage memory"
              .formatted(folder, refused, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
    LOG.log(
        Level.INFO,
        "RocksDB''s native library is not loaded from {0} ({1}) but in RocksDB''s own way",
        folder,
        refused);
  }

  /** Returns why it cannot be, null if it was. */
  private static @Nullable String loadFrom(Path folder) {
    try {
      unpack(folder);
      RocksDB.loadLibrary(List.of(folder.toAbsolutePath().toString()));
      return null;
    } catch (IOException | UnsatisfiedLinkError e) {
      return e.toString();
    }
  }

  /**
   * Has {@code folder} hold the library of this platform, whole, and nobody else write there.
   *
   * @return where it is
   * @throws IOException if the disk refuses, the folder is somebody else's, or the jar has no
   *     library for this platform
   */
  static Path unpack(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
    }
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
    Path library = folder.resolve(WANTED);
    if (!isWhole(library)) {
      Path unfinished = library.resolveSibling(library.getFileName() + UNFINISHED);
      try (InputStream packed = packed()) {
        Files.copy(packed, unfinished, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
    }
    return library;
  }

  private static InputStream packed() throws IOException {
    InputStream packed = RocksDB.class.getResourceAsStream("/" + PACKED);
    if (packed == null) {
      throw new IOException("RocksDB's jar has no " + PACKED);
    }
    return packed;
  }

  private static boolean isWhole(Path library) throws IOException {
    if (!Files.isRegularFile(library)) {
      return false;
    }
    try (InputStream wanted = packed();
        InputStream found = new BufferedInputStream(Files.newInputStream(library), CHUNK_BYTES)) {
      byte[] chunk;
      do {
        chunk = wanted.readNBytes(CHUNK_BYTES);
        if (!Arrays.equals(chunk, found.readNBytes(CHUNK_BYTES))) {
          return false;
        }
      } while (chunk.length > 0);
      return true;
    }
  }
}
