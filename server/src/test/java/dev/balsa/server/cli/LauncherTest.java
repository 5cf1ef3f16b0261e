package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher finds a JDK that is new enough, and runs a distribution wherever it is unpacked. */
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "balsa").toAbsolutePath().normalize();

  @TempDir Path folder;

  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void hideTheMachinesOwnJdks() {
    environment.put("BALSA_JVM_DIRS", folder.resolve("jvm").toString());
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", folder.toString());
  }

  @Test
  void javaHomeWinsIfItIsNewEnough() throws IOException {
    environment.put("JAVA_HOME", jdk("home", "21.0.2").toString());
    jdk("jvm/newer", "25.0.1");

    assertThat(findJdk()).isEqualTo(new Run(0, folder.resolve("home") + "\n", ""));
  }

  @Test
  void oldJavaHomeIsPassedOver() throws IOException {
    environment.put("JAVA_HOME", jdk("home", "17.0.15").toString());
    Path fits = jdk("jvm/fits", "21.0.2");

    assertThat(findJdk().out()).isEqualTo(fits + "\n");
  }

  @Test
  void pathComesBeforeTheUsualFolders() throws IOException {
    Path onPath = jdk("on path", "22");
    environment.put("PATH", onPath.resolve("bin") + ":/usr/bin:/bin");
    jdk("jvm/newer", "25.0.1");

    assertThat(findJdk().out()).isEqualTo(onPath.toRealPath() + "\n");
  }

  @Test
  void newestOfTheUsualFoldersIsTaken() throws IOException {
    environment.put("JAVA_HOME", jdk("home", "1.8.0_402").toString());
    jdk("jvm/a", "21.0.2");
    Path newest = jdk("jvm/b", "25.0.1");
    jdk("jvm/c", "24");

    assertThat(findJdk().out()).isEqualTo(newest + "\n");
  }

  @Test
  void runtimeWithoutCompilerDoesNotServeToBuild() throws IOException {
    environment.put("JAVA_HOME", jdk("home", "25.0.1").toString());
    Files.delete(folder.resolve("home/bin/javac"));
    Path fits = jdk("jvm/fits", "21.0.2");

    assertThat(findJdk().out()).isEqualTo(fits + "\n");
  }

  @Test
  void noneThatFitsIsSaidWithWhatWasFoundAndTheRemedy() throws IOException {
    environment.put("JAVA_HOME", jdk("home", "17.0.15").toString());
    jdk("jvm/old", "11.0.20");

    Run run = findJdk();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("balsa: needs a JDK 21 or newer")
        .contains("home (Java 17)", "jvm/old (Java 11)", "set JAVA_HOME")
        .hasLineCount(1);
  }

  @Test
  void distributionRunsThroughLinksAndBlanksWithItsArgumentsAsTheyAre() throws IOException {
    Path distribution = folder.resolve("un packed");
    Files.createDirectories(distribution.resolve("lib"));
    Files.createDirectories(distribution.resolve("bin"));
    Files.copy(LAUNCHER, distribution.resolve("bin/balsa"));
    Files.createFile(distribution.resolve("lib/balsa-server-1.jar"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), distribution.resolve("bin/balsa"));
    environment.put("JAVA_HOME", jdk("home", "21.0.2").toString());
    environment.put("BALSA_JAVA_OPTS", "-Xmx64m -Dx=y");

    Run run = run(link, "ctl", "put", "a b", "@c", "*", "");

    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .containsSubsequence(
            "<-Xmx64m>",
            "<-Dx=y>",
            "<-jar>",
            "<" + distribution.toRealPath() + "/lib/balsa-server-1.jar>",
            "<ctl>",
            "<put>",
            "<a b>",
            "<@c>",
            "<*>",
            "<>");
  }

  @Test
  void whatAStartHasTaughtIsUsedByTheNextOnes() throws IOException {
    Path launcher = unpacked();
    environment.put("JAVA_HOME", jdk("home", "25.0.1").toString());
    Path learned = folder.resolve("unpacked/lib/learned-1-25.0.1.aot");

    assertThat(run(launcher, "server").out()).doesNotContain("AOT");
    Run unable = run(launcher, "prepare");
    assertThat(unable.out().lines())
        .containsSubsequence("<prepare>", "<--into>", "<" + learned + ">");
    assertThat(unable.code()).isEqualTo(1);
    assertThat(unable.err()).contains("has written nothing that it learned").hasLineCount(1);
    Files.createFile(learned);
    assertThat(run(launcher, "server").out()).contains("<-XX:AOTCache=" + learned + ">");
    assertThat(run(launcher, "ctl").out()).contains("<-XX:AOTCache=" + learned + ">");
  }

  @Test
  void whatAnotherJavaOrOtherJarsHaveTaughtIsNotUsed() throws IOException {
    Path launcher = unpacked();
    environment.put("JAVA_HOME", jdk("home", "25.0.1").toString());
    Path learned = Files.createFile(folder.resolve("unpacked/lib/learned-1-25.0.1.aot"));

    environment.put("JAVA_HOME", jdk("updated", "25.0.2").toString());
    assertThat(run(launcher, "server").out()).doesNotContain("AOT");

    environment.put("JAVA_HOME", jdk("home", "25.0.1").toString());
    FileTime built = Files.getLastModifiedTime(learned);
    Files.setLastModifiedTime(
        folder.resolve("unpacked/lib/balsa-server-1.jar"),
        FileTime.from(built.toInstant().plusSeconds(1)));
    assertThat(run(launcher, "server").out()).doesNotContain("AOT");

    run(launcher, "prepare");
    assertThat(learned).as("what nobody uses any more").doesNotExist();
  }

  @Test
  void olderJavaLearnsNothingAndIsToldSo() throws IOException {
    Path launcher = unpacked();
    environment.put("JAVA_HOME", jdk("home", "21.0.2").toString());

    Run run = run(launcher, "prepare");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("prepare needs Java 25 or newer, found 21").hasLineCount(1);
    assertThat(run(launcher, "prepare", "--help").out()).contains("<prepare>");
  }

  private Path unpacked() throws IOException {
    Path distribution = folder.toRealPath().resolve("unpacked");
    Files.createDirectories(distribution.resolve("lib"));
    Files.createDirectories(distribution.resolve("bin"));
    Files.createFile(distribution.resolve("lib/balsa-server-1.jar"));
    return Files.copy(LAUNCHER, distribution.resolve("bin/balsa"));
  }

  @Test
  void measurementsAreRefusedOutsideTheSources() throws IOException {
    Files.createDirectories(folder.resolve("lib"));
    Files.createDirectories(folder.resolve("bin"));
    Path unpacked = Files.copy(LAUNCHER, folder.resolve("bin/balsa"));

    Run run = run(unpacked, "bench");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("bench", "clone of the sources").hasLineCount(1);
  }

  @Test
  void launcherAloneSaysWhatItMisses() throws IOException {
    Path alone = Files.copy(LAUNCHER, folder.resolve("balsa"));

    Run run = run(alone, "ctl");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("neither lib nor pom.xml").contains("unpack");
  }

  private Run findJdk() throws IOException {
    return run(LAUNCHER, "--find-jdk");
  }

  /** A folder that looks like a JDK; its java prints its arguments, one a line. */
  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    for (String program : List.of("java", "javac")) {
      Path file = home.resolve("bin").resolve(program);
      Files.writeString(file, "#!/bin/sh\nfor arg; do printf '<%s>\\n' \"$arg\"; done\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return home;
  }

  private Run run(Path launcher, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("/usr/bin/env", "bash", launcher.toString()));
    words.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the launcher did not end: " + words);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
