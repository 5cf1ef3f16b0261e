package dev.balsa.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What image and unit run is run, from the archive: each command as it stands in its file, only
 * that directories, ports and addresses are this machine's.
 */
@Timeout(600)
final class DeployedCommandsTest {
  private static final Path SYSTEMD = Path.of("/usr/bin/systemd-analyze");

  @TempDir Path folder;

  private final List<Process> running = new ArrayList<>();
  private int clientPort;
  private int peerPort;

  @BeforeEach
  void takePorts() throws IOException {
    try (ServerSocket client = new ServerSocket(0);
        ServerSocket peer = new ServerSocket(0)) {
      clientPort = client.getLocalPort();
      peerPort = peer.getLocalPort();
    }
  }

  @AfterEach
  void endAll() {
    running.forEach(Process::destroyForcibly);
  }

  @Test
  void theImagesStepsMakeWhatItsCommandsNeed() throws Exception {
    Dockerfile file = Dockerfile.read();
    Unpacked.into(Files.createDirectory(folder.resolve("unpacked")));
    Files.createDirectory(folder.resolve("opt"));

    for (String step : file.all("RUN")) {
      assertThat(run(List.of("bash", "-ec", here(step)), Map.of())).as(step).isZero();
    }
    for (String copy : file.last("COPY")) {
      String source = copy.replaceAll("--\\S+ ", "").split(" ", 2)[0];
      assertThat(Path.of(here(source))).isNotEmptyDirectory();
    }
    List<String> command = new ArrayList<>(words(file.last("ENTRYPOINT")));
    command.addAll(words(file.last("CMD")));
    Process server = serve(command, variables(file.environment()));

    String check = file.last("HEALTHCHECK").getFirst().replaceFirst(".*? CMD ", "");
    assertThat(run(patient(words(List.of(check))), Map.of())).isZero();
    assertThat(folder.resolve("var/lib/balsa/data/identity")).exists();
    server.toHandle().destroy(); // SIGTERM, the image's STOPSIGNAL
    assertThat(Unpacked.codeOf(server)).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX) // where systemd is, and a loopback of many addresses
  void theUnitsCommandMakesAClusterOfTheSampleOfItsVariables() throws Exception {
    String unit = Source.text(Source.DEPLOY.resolve("balsa.service"));
    Map<String, String> sample = new TreeMap<>();
    unit.lines()
        .filter(line -> line.startsWith("Environment="))
        .forEach(line -> Source.readVariable(line.replaceFirst("Environment=", ""), sample));
    Source.text(Source.DEPLOY.resolve("conf/balsa.env"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> Source.readVariable(line, sample));
    String command =
        unit.lines()
            .filter(line -> line.startsWith("ExecStart="))
            .map(line -> line.replaceFirst("ExecStart=", ""))
            .findFirst()
            .orElseThrow();
    Path unpacked = Unpacked.into(Files.createDirectory(folder.resolve("unpacked"))).root();
    Files.move(unpacked, Files.createDirectory(folder.resolve("opt")).resolve("balsa"));

    List<Process> members = new ArrayList<>();
    for (int member = 1; member <= 3; member++) {
      members.add(serve(List.of(command.split(" ")), edited(sample, member)));
    }

    List<String> health = List.of(here("/opt/balsa/bin/balsa"), "ctl");
    List<String> all = patient(health);
    all.addAll(List.of("--endpoints=127.0.0.2:" + clientPort, "endpoint", "health", "--cluster"));
    assertThat(run(all, Map.of())).isZero();
    for (Process member : members) {
      member.toHandle().destroy();
      assertThat(Unpacked.codeOf(member)).isZero();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theUnitIsWhatSystemdUnderstands() throws Exception {
    assumeTrue(Files.isExecutable(SYSTEMD), () -> SYSTEMD + " is not there");
    Path launcher = folder.resolve("opt/balsa/bin/balsa");
    Files.createDirectories(launcher.getParent());
    Files.createSymbolicLink(launcher, Path.of("/bin/true"));
    Path unit = folder.resolve("balsa.service");
    Files.writeString(unit, here(Source.text(Source.DEPLOY.resolve("balsa.service"))));

    Unpacked.Run verified =
        Unpacked.run(folder, List.of(SYSTEMD.toString(), "verify", unit.toString()), Map.of());

    assertThat(verified).isEqualTo(new Unpacked.Run(0, "", ""));
  }

  /** As whoever sets up the member of this number changes the sample, and where its data goes. */
  private Map<String, String> edited(Map<String, String> sample, int member) {
    Map<String, String> variables = variables(sample);
    variables.replaceAll(
        (name, value) ->
            name.matches("BALSA_(LISTEN|ADVERTISE|INITIAL_ADVERTISE)_.*")
                ? value
                    .replace("127.0.0.2:", "127.0.0.%d:".formatted(1 + member))
                    .replaceFirst(",.*", "")
                : value);
    variables.put("BALSA_NAME", "m" + member);
    variables.merge("BALSA_DATA_DIR", String.valueOf(member), String::concat);
    return variables;
  }

  private Map<String, String> variables(Map<String, String> named) {
    Map<String, String> variables = new TreeMap<>();
    named.forEach(
        (name, value) -> {
          if (name.startsWith("BALSA_")) {
            variables.put(name, here(value));
          }
        });
    return variables;
  }

  /** Directories are in the test's folder, and 10.0.0.1 is 127.0.0.2, since 127.0.0.1 is itself. */
  private String here(String text) {
    return text.replaceAll("(?<![\\w/])/(opt|var|unpacked)\\b", folder + "/$1")
        .replace("10.0.0.3", "127.0.0.4")
        .replace("10.0.0.2", "127.0.0.3")
        .replace("10.0.0.1", "127.0.0.2")
        .replace(":2379", ":" + clientPort)
        .replace(":2380", ":" + peerPort);
  }

  /** An instruction's words, which are a list of JSON. */
  private List<String> words(List<String> instruction) {
    Object list = Source.yaml(instruction.getFirst()).getFirst();
    return Source.list(list).stream().map(word -> here(String.valueOf(word))).toList();
  }

  /** The machine may be busy. */
  private static List<String> patient(List<String> ctl) {
    List<String> words = new ArrayList<>(ctl.subList(0, 2));
    words.addAll(List.of("--dial-timeout=60s", "--command-timeout=60s"));
    words.addAll(ctl.subList(2, ctl.size()));
    return words;
  }

  private Process serve(List<String> command, Map<String, String> variables) throws IOException {
    List<String> words = command.stream().map(this::here).toList();
    ProcessBuilder builder = Unpacked.builder(folder, words).redirectErrorStream(true);
    builder.environment().putAll(variables);
    Process process = builder.start();
    running.add(process);
    StringBuilder said = new StringBuilder();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      if (line.contains("serves clients on")) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(rest -> {})); // it never waits for us
        return process;
      }
    }
    throw new AssertionError("it ended and never served:\n" + said);
  }

  private int run(List<String> command, Map<String, String> variables) throws IOException {
    return Unpacked.run(folder, command, variables).code();
  }
}
