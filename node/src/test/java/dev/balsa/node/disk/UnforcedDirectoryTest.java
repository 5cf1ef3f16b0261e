package dev.balsa.node.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.node.disk.FaultyDirectory.Operation;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class UnforcedDirectoryTest {
  private final FaultyDirectory disk = new FaultyDirectory();
  private final UnforcedDirectory directory = new UnforcedDirectory(disk);

  @Test
  void doesAllButForce() {
    try (DiskFile file = directory.create("a", 4)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1);
      file.force();
      ByteBuffer read = ByteBuffer.allocate(4);
      file.read(read, 0);

      assertThat(read.array()).containsExactly(0, 1, 2, 3);
      assertThat(file.size()).isEqualTo(4);
    }
    directory.rename("a", "b");
    directory.create("c", 0).close();
    directory.delete("c");
    directory.force();

    assertThat(directory.list()).containsExactly("b");
    assertThat(directory.path("b")).isEqualTo(disk.path("b"));
    assertThat(disk.count(Operation.FORCE)).isZero();
    assertThat(disk.count(Operation.FORCE_DIRECTORY)).isZero();
  }

  @Test
  void opensWhatIsThere() {
    disk.put("a", new byte[] {7});

    try (DiskFile file = directory.open("a")) {
      assertThat(file.size()).isEqualTo(1);
    }
  }
}
