package dev.balsa.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much of a disk files take. */
public final class Disk {
  private static final double BYTES_PER_MIB = 1 << 20;

  private Disk() {}

  /** The sizes of all files below {@code folder} together; what goes meanwhile counts nothing. */
  public static double usedMib(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(Disk::size).sum() / BYTES_PER_MIB;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the size of " + file, e);
    }
  }
}
