package dev.balsa.node.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.StorageException;
import dev.balsa.node.disk.FaultyDirectory.Operation;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitDirectoryTest {
  private final FaultyDirectory main = new FaultyDirectory();
  private final FaultyDirectory apart = new FaultyDirectory();
  private final SplitDirectory both =
      new SplitDirectory(main, apart, name -> name.startsWith("apart"));

  @Test
  void eachNameIsInItsDirectoryAndHiddenInTheOther() {
    both.create("apart.1", 8).close();
    both.create("main.1", 8).close();
    main.put("apart.stray", new byte[1]);
    apart.put("main.stray", new byte[1]);

    assertThat(both.list()).containsExactly("apart.1", "main.1");
    assertThat(main.list()).containsExactly("apart.stray", "main.1");
    assertThat(apart.list()).containsExactly("apart.1", "main.stray");
  }

  @Test
  void filesAreOpenedRenamedAndDeletedWhereTheyAre() {
    try (DiskFile made = both.create("apart.1", 2)) {
      made.write(ByteBuffer.wrap("ok".getBytes(US_ASCII)), 0);
    }

    both.rename("apart.1", "apart.2");

    assertThat(apart.bytes("apart.2")).isEqualTo("ok".getBytes(US_ASCII));
    try (DiskFile found = both.open("apart.2")) {
      assertThat(found.size()).isEqualTo(2);
    }
    assertThatThrownBy(() -> both.rename("apart.2", "main.2"))
        .hasMessage("apart.2 and main.2 are in two directories");
    both.delete("apart.2");
    assertThat(both.list()).isEmpty();
  }

  @Test
  void bothAreForcedTheOneApartFirst() {
    apart.failAt(Operation.FORCE_DIRECTORY, 1, "the disk is gone");

    assertThatThrownBy(both::force).isInstanceOf(StorageException.class);
    assertThat(main.count(Operation.FORCE_DIRECTORY)).isZero();

    both.force();
    assertThat(main.count(Operation.FORCE_DIRECTORY)).isEqualTo(1);
  }

  @Test
  void theFullerDiskSaysWhatIsLeft() {
    main.usable(100);
    apart.usable(70);

    assertThat(both.usableBytes()).isEqualTo(70);
  }

  @Test
  void closingGivesBothUp(@TempDir Path folder) {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    SplitDirectory open =
        new SplitDirectory(
            FileDirectory.open(one), FileDirectory.open(other), name -> name.equals("a"));
    assertThat(open.path("a")).isEqualTo(other.resolve("a").toString());

    open.close();

    FileDirectory.open(one).close();
    FileDirectory.open(other).close();
  }
}
