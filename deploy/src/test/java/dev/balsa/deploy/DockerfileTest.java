package dev.balsa.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.cli.ServerFlags;
import dev.balsa.server.config.ServerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The image's recipe, as far as one can judge it without building it. */
final class DockerfileTest {
  private static final Dockerfile FILE = Dockerfile.read();

  @Test
  void everyInstructionIsOneThatDockerKnows() {
    assertThat(FILE.instructions())
        .extracting(Dockerfile.Instruction::name)
        .isSubsetOf(
            "FROM",
            "ADD",
            "RUN",
            "COPY",
            "ENV",
            "USER",
            "WORKDIR",
            "VOLUME",
            "EXPOSE",
            "STOPSIGNAL",
            "HEALTHCHECK",
            "ENTRYPOINT",
            "CMD")
        .contains("HEALTHCHECK", "VOLUME");
  }

  @Test
  void everyStageStandsOnTheSamePinnedJava() {
    assertThat(FILE.instructions())
        .filteredOn(it -> it.name().equals("FROM"))
        .hasSize(2)
        .allMatch(
            it -> it.what().matches("eclipse-temurin:25\\.\\d+\\.\\d+_\\d+-jre-noble( AS \\w+)?"))
        .extracting(it -> it.what().replaceAll(" AS .*", ""))
        .containsOnly(FILE.instructions().getFirst().what().replaceAll(" AS .*", ""));
  }

  @Test
  void theImagesMemberListensOnItsPortsAndKeepsItsDataInTheVolume() {
    ServerConfig member = ServerFlags.read(List.of(), FILE.environment());

    assertThat(ServerFlags.unread(FILE.environment().keySet())).isEmpty();
    assertThat(FILE.last("EXPOSE"))
        .containsExactly(
            member.listenClient().getFirst().port() + " " + member.listenPeer().port());
    assertThat(member.listenClient()).extracting(url -> url.host()).containsExactly("0.0.0.0");
    assertThat(FILE.last("VOLUME")).containsExactly("/var/lib/balsa");
    assertThat(member.dataDir().toString()).startsWith("/var/lib/balsa/");
  }

  @Test
  void signalsReachTheServerAndItIsNotRoot() {
    assertThat(FILE.last("ENTRYPOINT")).containsExactly("[\"/opt/balsa/bin/balsa\"]");
    assertThat(FILE.last("CMD")).containsExactly("[\"server\"]");
    assertThat(FILE.last("STOPSIGNAL")).containsExactly("SIGTERM");
    assertThat(FILE.last("USER")).containsExactly("10001:10001");
    assertThat(Source.text(Source.DEPLOY.resolve("kubernetes/statefulset.yaml")))
        .contains("runAsUser: 10001\n", "runAsGroup: 10001\n");
  }

  @Test
  void onlyTheArchiveIsSentToTheBuild() {
    Map<Boolean, List<String>> lines =
        Source.text(Source.DEPLOY.resolve("Dockerfile.dockerignore"))
            .lines()
            .collect(java.util.stream.Collectors.partitioningBy(it -> it.startsWith("!")));

    assertThat(lines.get(false)).containsExactly("*");
    assertThat(lines.get(true)).containsExactly("!server/target/balsa-*.tar.gz");
    assertThat(FILE.instructions())
        .contains(new Dockerfile.Instruction("ADD", "server/target/balsa-*.tar.gz /unpacked/"));
  }
}
