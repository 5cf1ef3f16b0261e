package dev.balsa.node.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileDirectoryTest {
  @TempDir Path folder;
  private Path path;
  private FileDirectory directory;

  @BeforeEach
  void open() {
    path = folder.resolve("a/b/data");
    directory = FileDirectory.open(path);
  }

  @AfterEach
  void close() {
    assertThat(Thread.interrupted()).isFalse();
    directory.close();
  }

  @Test
  void createsAFileOfZerosWithItsWholeSize() throws IOException {
    directory.create("f", 3_000_000).close();

    assertThat(Files.readAllBytes(path.resolve("f"))).hasSize(3_000_000).containsOnly(0);
    assertThatThrownBy(() -> directory.create("f", 5))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot create " + path.resolve("f") + ": it exists already");
  }

  @Test
  void readsWhatItWroteAfterReopening() {
    try (DiskFile file = directory.create("f", 100)) {
      file.write(ascii("hello"), 50);
      file.force();
    }

    try (DiskFile file = directory.open("f")) {
      ByteBuffer read = ByteBuffer.allocate(5);
      file.read(read, 50);
      assertThat(read.flip()).isEqualTo(ascii("hello"));
      assertThat(file.size()).isEqualTo(100);
    }
  }

  @Test
  void aReadPastTheEndNamesFileAndOffset() {
    try (DiskFile file = directory.create("f", 10)) {
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(8), 5))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(path.resolve("f") + " ends at offset 10, wanted 3 bytes more");
    }
  }

  @Test
  void listsRenamesAndDeletes() {
    directory.create("b", 1).close();
    directory.create("a", 1).close();
    directory.rename("b", "c");
    directory.rename("a", "c");
    directory.force();
    assertThat(directory.list()).containsExactly("c");

    directory.delete("c");
    assertThat(directory.list()).isEmpty();
    assertThatThrownBy(() -> directory.delete("c")).hasMessageContaining("no such file");
    assertThatThrownBy(() -> directory.open("c")).hasMessageContaining("no such file");
  }

  @Test
  void aSecondOwnerIsToldToChooseAnotherDirectory() {
    assertThatThrownBy(() -> FileDirectory.open(path))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "data directory "
                + path
                + " is in use by another process; stop that one or choose another --data-dir");

    directory.close();
    directory = FileDirectory.open(path);
    assertThat(directory.list()).isEmpty();
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("plain"));

    assertThatThrownBy(() -> FileDirectory.open(file))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot open data directory " + file);
  }

  /** The JDK closes a channel whose thread is interrupted; ours stays open. */
  @Test
  void anEarlierInterruptIsPutOff() {
    try (DiskFile file = directory.create("f", 10)) {
      Thread.currentThread().interrupt();
      file.write(ascii("x"), 0);
      file.force();
      file.read(ByteBuffer.allocate(1), 0);
      directory.force();
      assertThat(directory.list()).containsExactly("f");

      assertThat(Thread.interrupted()).isTrue();
      file.write(ascii("y"), 1);
    }
  }

  @Test
  void interruptsDoNotReachAnUninterruptibleThread() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Integer> written = new CompletableFuture<>();
    Thread thread =
        new UninterruptibleThread(
            () -> {
              try (DiskFile file = directory.create("f", 4096)) {
                begun.countDown();
                for (int i = 0; i < 2000; i++) {
                  file.write(ascii("x"), i);
                }
                file.force();
                written.complete(2000);
              } catch (RuntimeException e) {
                written.completeExceptionally(e);
              }
            },
            "writer");
    thread.start();
    begun.await();
    while (!written.isDone()) {
      thread.interrupt();
    }

    assertThat(written.get()).isEqualTo(2000);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC}) // which have such permissions
  void aDirectoryThatIsMadeIsItsOwnersAlone() throws IOException {
    Path shared = folder.resolve("shared");
    Path own = shared.resolve("own");

    FileDirectory.open(own).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rwx------");
    assertThat(Files.getPosixFilePermissions(shared))
        .isEqualTo(
            Files.getPosixFilePermissions(Files.createDirectory(folder.resolve("ordinary"))));
  }

  @Test
  void aDirectoryIsMovedBesideItselfWithAllThatIsInIt() {
    Path old = folder.resolve("old");
    try (FileDirectory before = FileDirectory.open(old)) {
      before.create("f", 10).close();
    }

    FileDirectory.move(old, folder.resolve("new"));

    assertThat(old).doesNotExist();
    try (FileDirectory after = FileDirectory.open(folder.resolve("new"))) {
      assertThat(after.list()).containsExactly("f");
    }
  }

  @Test
  void aDirectoryIsMovedNeitherOverAnotherNorElsewhere() throws IOException {
    Path old = Files.createDirectory(folder.resolve("old"));
    Path taken = Files.createDirectory(folder.resolve("taken"));

    assertThatThrownBy(() -> FileDirectory.move(old, taken))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot rename to taken " + old);
    assertThatThrownBy(() -> FileDirectory.move(old, taken.resolve("old")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("not in one directory");
    assertThat(old).isDirectory();
    assertThat(taken).isEmptyDirectory();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
