package dev.balsa.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive is whole, runs where it is unpacked, and tells nothing of where it was made. */
final class ArchiveTest {
  private static final Pattern SERVES = Pattern.compile("serves clients on .*?(127[.0-9]+:\\d+)");
  private static final Pattern OUTPUT_TIME =
      Pattern.compile("<project.build.outputTimestamp>(.*?)</project.build.outputTimestamp>");

  @TempDir static Path folder;
  private static Unpacked archive;

  @BeforeAll
  static void unpack() throws IOException {
    archive = Unpacked.into(folder);
  }

  @Test
  void everythingAnOperatorNeedsIsInIt() {
    assertThat(archive.root().getFileName().toString()).startsWith("balsa-");
    assertThat(
            List.of(
                "LICENSE",
                "README.md",
                "CHANGELOG.md",
                "THIRD-PARTY.md",
                "conf/balsa.yml",
                "conf/balsa.env",
                "deploy/balsa.service",
                "deploy/prometheus-alerts.yml",
                "deploy/grafana-dashboard.json",
                "deploy/kubernetes/statefulset.yaml",
                "docs/operations.md"))
        .allMatch(it -> Files.isRegularFile(archive.root().resolve(it)));
    assertThat(archive.root().resolve("bin/balsa")).isExecutable();
  }

  @Test
  void itServesAndEndsWithCodeZeroWhenToldTo() throws IOException {
    Process server =
        archive.start(
            folder,
            "server",
            "--data-dir=" + folder.resolve("data"),
            "--listen-client-urls=http://127.0.0.1:0",
            "--listen-peer-urls=http://127.0.0.1:0");
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      String endpoint = endpoint(said);

      Unpacked.Run put = ctl(endpoint, "put", "k", "v");
      Unpacked.Run get = ctl(endpoint, "get", "k");
      server.toHandle().destroy(); // Process.destroy would close its output, too
      said.lines().forEach(line -> {}); // till its end, so that it never waits for us

      assertThat(put).isEqualTo(new Unpacked.Run(0, "OK\n", ""));
      assertThat(get).isEqualTo(new Unpacked.Run(0, "k\nv\n", ""));
      assertThat(Unpacked.codeOf(server)).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void startsUseWhatWasPrepared() throws IOException {
    Unpacked.Run prepared = archive.balsa(folder, "prepare", "--duration=2s");
    Unpacked.Run demanding =
        archive.balsa(folder, Map.of("BALSA_JAVA_OPTS", "-XX:AOTMode=on"), "ctl", "version");

    assertThat(prepared).extracting(Unpacked.Run::code, Unpacked.Run::err).containsExactly(0, "");
    assertThat(demanding).extracting(Unpacked.Run::code, Unpacked.Run::err).containsExactly(0, "");
  }

  @Test
  void everyEntryHasTheTimeOfTheSources() throws IOException {
    Matcher time = OUTPUT_TIME.matcher(Source.text(Source.ROOT.resolve("pom.xml")));
    assertThat(time.find()).isTrue();
    Instant expected = Instant.parse(time.group(1));

    for (Path file : archive.files()) {
      if (!file.toString().matches(".*\\.(jsa|aot)")) { // written by the commands above
        assertThat(Files.getLastModifiedTime(file).toInstant())
            .as(file.toString())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void nothingInItNamesAPlaceOfTheMachineThatMadeIt() throws IOException {
    List<String> places =
        List.of(Source.ROOT.toString() + "/", System.getProperty("user.home") + "/.m2");

    assertThat(archive.files()).hasSizeGreaterThan(40);
    for (Path file : archive.files()) {
      if (file.getFileName().toString().matches("balsa-.*\\.jar")) {
        assertThatJarHasNone(file, places);
      } else if (!file.toString().matches(".*\\.(jar|jsa|aot)")) {
        assertThat(Source.text(file)).as(file.toString()).doesNotContain(places);
      }
    }
  }

  @Test
  void everyJarOfOthersStandsInTheListOfLicences() throws IOException {
    Set<String> jars =
        archive.files().stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".jar") && !name.startsWith("balsa-"))
            .map(name -> name.replaceFirst("-[0-9][^/]*\\.jar$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed =
        Pattern.compile("(?m)^\\| `([^`]+)` \\|")
            .matcher(Source.text(archive.root().resolve("THIRD-PARTY.md")))
            .results()
            .map(it -> it.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(jars).hasSizeGreaterThan(20);
    assertThat(listed).containsAll(jars);
  }

  /** With patience: the machine may be busy. */
  private static Unpacked.Run ctl(String endpoint, String... words) throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("ctl", "--endpoints=" + endpoint));
    all.addAll(List.of("--dial-timeout=60s", "--command-timeout=60s"));
    all.addAll(List.of(words));
    return archive.balsa(folder, all.toArray(String[]::new));
  }

  private static String endpoint(BufferedReader said) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      Matcher serves = SERVES.matcher(line);
      if (serves.find()) {
        return serves.group(1);
      }
    }
    throw new AssertionError("it ended and never served:\n" + all);
  }

  private static void assertThatJarHasNone(Path file, List<String> places) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (var entry : jar.stream().toList()) {
        try (InputStream in = jar.getInputStream(entry)) {
          String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
          assertThat(places).as(file + " " + entry).noneMatch(text::contains);
        }
      }
    }
  }
}
