package dev.balsa.server.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB's native library has one place, whoever is killed. */
class NativeLibraryTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir private Path parent = Path.of("unset");

  @Test
  void itIsUnpackedOnceIntoAFolderOfItsOwn() throws IOException {
    Path folder = parent.resolve("native");
    Path library = NativeLibrary.unpack(folder);
    Files.setLastModifiedTime(library, LONG_AGO);

    assertThat(NativeLibrary.unpack(folder)).isEqualTo(library);

    assertThat(Files.getLastModifiedTime(library)).isEqualTo(LONG_AGO);
    assertThat(Files.size(library)).isGreaterThan(1 << 20);
    assertThat(names(folder)).containsExactly(library.getFileName().toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void whatIsNotWhatTheJarHoldsIsReplaced() throws IOException {
    Path folder = parent.resolve("native");
    Path library = NativeLibrary.unpack(folder);
    byte[] whole = Files.readAllBytes(library);
    byte[] planted = whole.clone();
    planted[planted.length / 2] ^= 1;
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);

    for (byte[] other : List.of(planted, new byte[0], longer)) {
      Files.write(library, other);

      assertThat(Files.mismatch(NativeLibrary.unpack(folder), written("jar", whole))).isEqualTo(-1);
    }
  }

  @Test
  void whatAKillLeftHalfWrittenDoesNotGather() throws IOException {
    Path folder = parent.resolve("native");
    Path library = NativeLibrary.unpack(folder);
    Files.delete(library);
    Files.write(folder.resolve(library.getFileName() + ".new"), new byte[7]);

    NativeLibrary.unpack(folder);

    assertThat(names(folder)).containsExactly(library.getFileName().toString());
  }

  @Test
  void aFolderThatCannotBeIsNamed() throws IOException {
    Path file = written("file", new byte[0]);

    assertThatThrownBy(() -> NativeLibrary.unpack(file)).hasMessageContaining(file.toString());
  }

  private Path written(String name, byte[] bytes) throws IOException {
    return Files.write(parent.resolve(name), bytes);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
