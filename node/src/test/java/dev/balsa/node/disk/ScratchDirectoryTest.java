package dev.balsa.node.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a scratch directory shows there and nowhere else. */
class ScratchDirectoryTest {
  @TempDir Path folder;
  private final byte[] bytes = new byte[10_000];

  @BeforeEach
  void write() throws IOException {
    Arrays.fill(bytes, (byte) 7);
    Files.write(folder.resolve("a"), bytes);
    Files.write(folder.resolve("b"), new byte[] {1});
  }

  @Test
  void writesAreReadBackAndTheDiskKeepsItsBytes() throws IOException {
    try (ScratchDirectory scratch = ScratchDirectory.open(folder)) {
      DiskFile file = scratch.open("a");
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 4094);
      file.force();

      assertThat(read(scratch.open("a"), 4092, 8)).containsExactly(7, 7, 1, 2, 3, 4, 7, 7);
      assertThat(read(scratch.open("a"), 9_998, 2)).containsExactly(7, 7);
      assertThat(file.size()).isEqualTo(10_000);
    }
    assertThat(folder.resolve("a")).hasBinaryContent(bytes);
  }

  @Test
  void namesChangeThereOnly() throws IOException {
    try (ScratchDirectory scratch = ScratchDirectory.open(folder)) {
      scratch.create("c", 5_000).write(ByteBuffer.wrap(new byte[] {9}), 4_999);
      scratch.rename("c", "d");
      scratch.rename("a", "e");
      scratch.delete("b");
      scratch.force();

      assertThat(scratch.list()).containsExactly("d", "e");
      assertThat(read(scratch.open("d"), 4_998, 2)).containsExactly(0, 9);
      assertThat(read(scratch.open("e"), 0, 1)).containsExactly(7);
      assertThatThrownBy(() -> scratch.open("b"))
          .isInstanceOf(StorageException.class)
          .hasMessage(folder.resolve("b") + " is not there");
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void ownerAndReadersExcludeEachOther() {
    try (FileDirectory owner = FileDirectory.open(folder)) {
      assertThatThrownBy(() -> ScratchDirectory.open(folder))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("is in use by a running member");
      assertThat(owner.list()).contains("a");
    }
    try (ScratchDirectory reader = ScratchDirectory.open(folder)) {
      assertThatThrownBy(() -> FileDirectory.open(folder))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("is in use");
      assertThat(reader.list()).containsExactly("a", "b");
    }
  }

  private static byte[] read(DiskFile file, long position, int count) {
    ByteBuffer target = ByteBuffer.allocate(count);
    file.read(target, position);
    return target.array();
  }
}
