package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --storage}, where RocksDB's native library has no place to be unpacked. */
class StorageFlagTest {
  @TempDir private Path folder = Path.of("unset");

  @Test
  void libraryThatCannotBeLoadedIsNamedWithTheRemedy() throws Exception {
    Path taken = folder.resolve("data/store/native");
    Files.createDirectories(taken.getParent());
    Files.createFile(taken);

    try (JavaChild child = server("rocksdb")) {
      Run run = child.awaitEnd();

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err().lines().filter(line -> line.contains("RocksDB")).toList())
          .singleElement()
          .asString()
          .contains(
              "cannot be loaded",
              taken.toString(),
              "temporary directory",
              "missing",
              "--storage memory");
    }
  }

  @Test
  void storeInMemoryNeedsNoLibraryAndLeavesNoFolder() throws Exception {
    try (JavaChild child = server("memory")) {
      assertThat(child.awaitPort()).isPositive();
    }
    assertThat(Files.exists(folder.resolve("data"))).isTrue();
    assertThat(Files.exists(folder.resolve("data/store"))).isFalse();
  }

  private JavaChild server(String storage) throws Exception {
    List<String> words =
        new ArrayList<>(
            JavaChild.command(
                "server",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=http://localhost:0",
                "--listen-peer-urls=http://localhost:0",
                "--storage=" + storage));
    words.add(1, "-Djava.io.tmpdir=" + folder.resolve("missing"));
    return JavaChild.start(folder.toFile(), words);
  }
}
