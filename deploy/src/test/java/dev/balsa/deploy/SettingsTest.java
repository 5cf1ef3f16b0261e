package dev.balsa.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.cli.ServerFlags;
import dev.balsa.server.config.ConfigFile;
import dev.balsa.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The samples of settings, the systemd unit and the three members of compose say what the server
 * understands.
 */
final class SettingsTest {
  private static final Pattern COMMENTED_KEY = Pattern.compile("(?m)^#([a-z-]+: .*)$");

  @Test
  void theSampleOfTheUnitsVariablesIsAMember() {
    Map<String, String> set = new TreeMap<>();
    Map<String, String> all = new TreeMap<>();
    for (String line : Source.text(Source.DEPLOY.resolve("conf/balsa.env")).lines().toList()) {
      if (Source.readVariable(line, all) && !line.startsWith("#")) {
        Source.readVariable(line, set);
      }
    }

    assertThat(all).hasSizeGreaterThan(set.size() + 5);
    assertThat(ServerFlags.unread(all.keySet())).isEmpty();
    assertThat(ServerFlags.read(List.of(), set).cluster().members()).hasSize(3);
  }

  @Test
  void theSampleOfAConfigurationFileIsTheSameMember() {
    String text = Source.text(Source.DEPLOY.resolve("conf/balsa.yml"));
    String whole = COMMENTED_KEY.matcher(text).replaceAll("$1");
    Map<String, Object> all = Source.map(Source.yaml(whole).getFirst());
    List<String> flags =
        ConfigFile.words(Source.DEPLOY.resolve("conf/balsa.yml"), ServerFlags.names());
    Map<String, String> variables = new TreeMap<>();
    Source.text(Source.DEPLOY.resolve("conf/balsa.env"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> Source.readVariable(line, variables));
    variables.put("BALSA_DATA_DIR", "/var/lib/balsa/data");

    assertThat(all).hasSizeGreaterThan(flags.size() + 5);
    assertThat(ServerFlags.names())
        .containsAll(all.keySet().stream().map(key -> "--" + key).toList());
    assertThat(ServerFlags.read(flags, Map.of()).toString())
        .isEqualTo(ServerFlags.read(List.of(), variables).toString());
  }

  @Test
  void theUnitRunsTheLauncherOfTheArchiveWhereItMayWrite() {
    Map<String, List<String>> unit =
        Source.text(Source.DEPLOY.resolve("balsa.service"))
            .lines()
            .filter(line -> line.matches("[A-Za-z]+=.*"))
            .map(line -> line.split("=", 2))
            .collect(
                Collectors.groupingBy(
                    it -> it[0], Collectors.mapping(it -> it[1], Collectors.toList())));
    Map<String, String> variables = new HashMap<>();
    unit.getOrDefault("Environment", List.of())
        .forEach(it -> assertThat(Source.readVariable(it, variables)).isTrue());

    assertThat(unit).containsEntry("ExecStart", List.of("/opt/balsa/bin/balsa server"));
    assertThat(ServerFlags.unread(variables.keySet())).isEmpty();
    assertThat(unit).containsEntry("StateDirectory", List.of("balsa"));
    assertThat(ServerFlags.read(List.of(), variables).dataDir())
        .startsWithRaw(Path.of("/var/lib/balsa"));
    assertThat(unit).containsEntry("User", List.of("balsa"));
    assertThat(unit).containsEntry("KillSignal", List.of("SIGTERM"));
  }

  @Test
  void composesMembersAreOneClusterInTheImageThatTheManifestsRun() {
    Map<String, Object> file =
        Source.map(Source.yaml(Source.DEPLOY.resolve("docker-compose.yml")).getFirst());
    Map<String, Object> services = Source.map(file.getOrDefault("services", Map.of()));
    Map<String, String> image = Dockerfile.read().environment();
    List<ServerConfig> members = new ArrayList<>();
    for (Map.Entry<String, Object> service : services.entrySet()) {
      Map<String, Object> what = Source.map(service.getValue());
      Map<String, String> variables = new TreeMap<>(image);
      Source.map(what.getOrDefault("environment", Map.of()))
          .forEach((name, value) -> variables.put(name, value.toString()));
      ServerConfig member = ServerFlags.read(List.of(), variables);
      members.add(member);

      assertThat(ServerFlags.unread(variables.keySet())).isEmpty();
      assertThat(member.name()).isEqualTo(service.getKey());
      assertThat(member.advertisePeer().getFirst().host()).isEqualTo(service.getKey());
      assertThat(member.advertisePeer())
          .isEqualTo(member.cluster().member(member.name()).peerUrls());
      assertThat(what.get("volumes")).isEqualTo(List.of(service.getKey() + ":/var/lib/balsa"));
      assertThat(what)
          .containsOnlyKeys(
              "image",
              "restart",
              "stop_grace_period",
              "read_only",
              "tmpfs",
              "cap_drop",
              "security_opt",
              "environment",
              "ports",
              "volumes");
      assertThat(Source.text(Source.DEPLOY.resolve("kubernetes/statefulset.yaml")))
          .contains("image: " + what.get("image") + "\n");
    }

    assertThat(members).hasSize(3);
    assertThat(members)
        .extracting(ServerConfig::cluster)
        .containsOnly(members.getFirst().cluster());
    assertThat(Source.map(file.getOrDefault("volumes", Map.of())).keySet())
        .isEqualTo(services.keySet());
  }
}
