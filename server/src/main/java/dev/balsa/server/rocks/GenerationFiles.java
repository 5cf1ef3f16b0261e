package dev.balsa.server.rocks;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folders of a store's generations. The newest that is complete counts; what a crash left of
 * others is removed.
 */
final class GenerationFiles {
  private static final Pattern COMPLETE = Pattern.compile("[0-9]{8}");
  private static final Pattern UNFINISHED = Pattern.compile("[0-9]{8}\\.new");
  private static final String SUFFIX = ".new";

  private final Path directory;
  private int newest;

  private GenerationFiles(Path directory, int newest) {
    this.directory = directory;
    this.newest = newest;
  }

  /** Looks into {@code directory}, made if it is missing, and removes what does not count. */
  static GenerationFiles open(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(directory);
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
          force(parent);
        }
      }
      List<String> names;
      try (Stream<Path> files = Files.list(directory)) {
        names = files.map(file -> file.getFileName().toString()).sorted().toList();
      }
      int newest =
          names.stream()
              .filter(name -> COMPLETE.matcher(name).matches())
              .mapToInt(Integer::parseInt)
              .max()
              .orElse(0);
      GenerationFiles files = new GenerationFiles(directory, newest);
      for (String name : names) {
        boolean older = COMPLETE.matcher(name).matches() && Integer.parseInt(name) < newest;
        if (older || UNFINISHED.matcher(name).matches()) {
          files.delete(directory.resolve(name));
        }
      }
      return files;
    } catch (IOException e) {
      throw new StorageException("cannot use the store in %s: %s".formatted(directory, e), e);
    }
  }

  /** Where the newest complete one is, or the first is to be. */
  Path newest() {
    newest = Math.max(newest, 1);
    return directory.resolve(name(newest));
  }

  /** Where the next one may be made; what was there is gone. */
  Path next() {
    Path next = directory.resolve(name(newest + 1) + SUFFIX);
    delete(next);
    return next;
  }

  /** What is at {@link #next}, closed and durable, now is the newest. */
  Path complete() {
    Path unfinished = directory.resolve(name(newest + 1) + SUFFIX);
    Path complete = directory.resolve(name(newest + 1));
    try {
      Files.move(unfinished, complete, StandardCopyOption.ATOMIC_MOVE);
      force(directory);
    } catch (IOException e) {
      throw new StorageException("cannot rename %s: %s".formatted(unfinished, e), e);
    }
    newest++;
    return complete;
  }

  /** Removes a whole folder; no effect if there is none. */
  void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new StorageException("cannot delete %s: %s".formatted(folder, e), e);
    }
  }

  private static String name(int number) {
    return "%08d".formatted(number);
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
