package dev.balsa.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.server.EtcdServer;
import dev.balsa.server.cli.ServerFlags;
import dev.balsa.server.config.InitialMember;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests are Kubernetes' own types, fit each other, and say what the server understands. */
final class KubernetesTest {
  private static final Path FOLDER = Source.DEPLOY.resolve("kubernetes");

  private static final List<HasMetadata> ALL = new ArrayList<>();

  @TempDir Path data;

  @BeforeAll
  static void readAll() throws IOException {
    ALL.clear();
    try (Stream<Path> files = Files.list(FOLDER)) {
      files.sorted().forEach(file -> ALL.addAll(Kubernetes.read(file)));
    }
  }

  @Test
  void everyDocumentIsWhatItsKindDemands() {
    assertThat(ALL)
        .extracting(it -> it.getKind() + " " + it.getMetadata().getName())
        .containsExactlyInAnyOrder(
            "StatefulSet balsa",
            "Service balsa-peers",
            "Service balsa",
            "PodDisruptionBudget balsa");
    assertThat(ALL).allMatch(it -> it.getMetadata().getNamespace() == null);
  }

  @Test
  void aFieldThatItsTypeDoesNotHaveIsRefused() {
    String text = Source.text(FOLDER.resolve("statefulset.yaml"));

    assertThatThrownBy(() -> Kubernetes.read(text.replace("fsGroup:", "fsGruop:")))
        .hasMessageContaining("fsGruop");
    assertThatThrownBy(() -> Kubernetes.read(text.replace("replicas: 3", "replicas: three")))
        .hasMessageContaining("three");
    assertThatThrownBy(() -> Kubernetes.read(text.replace("kind: Stateful", "kind: Statefull")))
        .hasMessageContaining("StatefullSet");
  }

  @Test
  void everySelectorFindsThePods() {
    Map<String, String> labels = set().getSpec().getTemplate().getMetadata().getLabels();
    PodSpec pod = pod();

    assertThat(set().getSpec().getSelector().getMatchLabels()).isEqualTo(labels).isNotEmpty();
    assertThat(service("balsa").getSpec().getSelector()).isEqualTo(labels);
    assertThat(service("balsa-peers").getSpec().getSelector()).isEqualTo(labels);
    assertThat(all(PodDisruptionBudget.class).getFirst().getSpec().getSelector().getMatchLabels())
        .isEqualTo(labels);
    assertThat(
            pod.getAffinity()
                .getPodAntiAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution())
        .singleElement()
        .satisfies(it -> assertThat(it.getLabelSelector().getMatchLabels()).isEqualTo(labels));
    assertThat(pod.getTopologySpreadConstraints())
        .singleElement()
        .satisfies(it -> assertThat(it.getLabelSelector().getMatchLabels()).isEqualTo(labels));
  }

  @Test
  void everyPortThatIsNamedExists() {
    List<String> ports = container().getPorts().stream().map(ContainerPort::getName).toList();
    List<String> targets =
        all(Service.class).stream()
            .flatMap(it -> it.getSpec().getPorts().stream())
            .map(port -> port.getTargetPort().getStrVal())
            .toList();

    assertThat(ports).containsExactlyInAnyOrder("client", "peer");
    assertThat(targets).hasSize(3).isSubsetOf(ports);
    assertThat(probes())
        .extracting(probe -> probe.getHttpGet().getPort().getStrVal())
        .containsOnly("client");
    assertThat(all(Service.class))
        .flatExtracting(it -> it.getSpec().getPorts())
        .allMatch(port -> port.getPort() == port(port.getName()));
    assertThat(service("balsa").getMetadata().getAnnotations())
        .containsEntry("prometheus.io/port", String.valueOf(port("client")));
  }

  @Test
  void membersFindEachOtherBeforeTheyAreReady() {
    Service peers = service(set().getSpec().getServiceName());

    assertThat(peers.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(peers.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(set().getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
  }

  @Test
  void theBudgetLeavesAMajority() {
    int members = set().getSpec().getReplicas();
    int away = all(PodDisruptionBudget.class).getFirst().getSpec().getMaxUnavailable().getIntVal();

    assertThat(members - away).isGreaterThan(members / 2);
  }

  @Test
  void everyPodsArgumentsAreOnesTheServerUnderstandsAndMakeOneCluster() {
    List<ServerConfig> members =
        IntStream.range(0, set().getSpec().getReplicas()).mapToObj(this::member).toList();

    for (ServerConfig member : members) {
      String host = member.name() + "." + set().getSpec().getServiceName();
      assertThat(member.cluster()).isEqualTo(members.getFirst().cluster());
      assertThat(member.cluster().members()).hasSize(members.size());
      assertThat(member.cluster().member(member.name()).peerUrls())
          .isEqualTo(member.advertisePeer());
      assertThat(member.advertisePeer()).containsExactly(url(host, port("peer")));
      assertThat(member.advertiseClient()).containsExactly(url(host, port("client")));
      assertThat(member.listenPeer()).isEqualTo(url("0.0.0.0", port("peer")));
      assertThat(member.listenClient()).containsExactly(url("0.0.0.0", port("client")));
    }
    assertThat(members.getFirst().cluster().members())
        .extracting(InitialMember::name)
        .containsExactlyElementsOf(members.stream().map(ServerConfig::name).toList());
    assertThat(ServerFlags.unread(container().getEnv().stream().map(EnvVar::getName).toList()))
        .isEmpty();
  }

  @Test
  void theServerAnswersWhatTheProbesAsk() throws Exception {
    try (EtcdServer member =
            EtcdServer.start(
                ServerFlags.read(
                    List.of(
                        "--data-dir=" + data.resolve("data"),
                        "--storage=memory",
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--listen-peer-urls=http://127.0.0.1:0"),
                    Map.of()));
        HttpClient http = HttpClient.newHttpClient()) {
      member.leaderKnown().join();
      InetSocketAddress address = member.clientAddresses().getFirst();
      List<String> paths = new ArrayList<>(List.of(metricsPath()));
      probes().forEach(probe -> paths.add(probe.getHttpGet().getPath()));
      for (String path : paths) {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
      }
      assertThat(paths).containsExactly("/metrics", "/livez", "/livez", "/readyz");
    }
  }

  @Test
  void aPodMayWriteOnlyItsDataAndItsTemporaryFiles() {
    Container container = container();
    ServerConfig member = member(0);

    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod().getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(container.getVolumeMounts())
        .extracting(mount -> mount.getName() + " " + mount.getMountPath())
        .containsExactly("data /var/lib/balsa", "tmp /tmp");
    assertThat(member.dataDir()).startsWithRaw(Path.of("/var/lib/balsa"));
    assertThat(set().getSpec().getVolumeClaimTemplates())
        .extracting(claim -> claim.getMetadata().getName())
        .containsExactly("data");
    assertThat(pod().getVolumes())
        .singleElement()
        .satisfies(volume -> assertThat(volume.getName()).isEqualTo("tmp"))
        .satisfies(volume -> assertThat(volume.getEmptyDir()).isNotNull());
  }

  private ServerConfig member(int ordinal) {
    String name = set().getMetadata().getName() + "-" + ordinal;
    List<String> words =
        container().getArgs().stream().map(it -> it.replace("$(POD_NAME)", name)).toList();
    assertThat(words.getFirst()).isEqualTo("server");
    assertThat(words).noneMatch(it -> it.contains("$("));
    return ServerFlags.read(words.subList(1, words.size()), Map.of());
  }

  private static Url url(String host, int port) {
    return new Url(host, port);
  }

  private static int port(String name) {
    return container().getPorts().stream()
        .filter(port -> port.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getContainerPort();
  }

  private static String metricsPath() {
    return service("balsa").getMetadata().getAnnotations().getOrDefault("prometheus.io/path", "");
  }

  private static List<Probe> probes() {
    Container container = container();
    return List.of(
        container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe());
  }

  private static Container container() {
    assertThat(pod().getContainers()).hasSize(1);
    return pod().getContainers().getFirst();
  }

  private static PodSpec pod() {
    return set().getSpec().getTemplate().getSpec();
  }

  private static StatefulSet set() {
    return all(StatefulSet.class).getFirst();
  }

  private static Service service(String name) {
    return all(Service.class).stream()
        .filter(it -> it.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static <T> List<T> all(Class<T> type) {
    return ALL.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
