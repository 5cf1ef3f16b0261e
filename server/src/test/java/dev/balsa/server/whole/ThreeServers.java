package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.MaintenanceGrpc;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.StatusRequest;
import dev.balsa.proto.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of three {@link ServerProcess}es with data directories, on loopback ports that stay
 * theirs over restarts. For one thread.
 */
public final class ThreeServers implements AutoCloseable {
  /** Their names. */
  public static final List<String> NAMES = List.of("m1", "m2", "m3");

  /** For real etcd, too, since the shortest leases follow from it. */
  static final String[] PATIENT = {"--heartbeat-interval=500", "--election-timeout=10000"};

  private static final String[] STEADY = {"--heartbeat-interval=100", "--election-timeout=4000"};

  private static final String[] BRISK = {"--heartbeat-interval=50", "--election-timeout=500"};

  private static final long CALL_SECONDS = 10;

  private final Path folder;
  private final List<String> timing;
  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final Map<String, ServerProcess> processes = new TreeMap<>();
  private final Map<String, ManagedChannel> channels = new TreeMap<>();

  private ThreeServers(Path folder, List<String> timing) throws IOException {
    this.folder = folder;
    this.timing = timing;
    List<Integer> ports = Ports.free(2 * NAMES.size());
    clientPorts = ports.subList(0, NAMES.size());
    peerPorts = ports.subList(NAMES.size(), ports.size());
    for (String name : NAMES) {
      channels.put(name, openChannel(name));
    }
  }

  /**
   * Starts all three in {@code folder} and returns when each of them serves. Their leader stays
   * when the machine stands still for a second or two; its death costs several.
   */
  public static ThreeServers start(Path folder) throws Exception {
    return start(folder, (name, cluster) -> {});
  }

  /** The same for whoever kills leaders one after the other, and takes refusals as they come. */
  static ThreeServers startBrisk(Path folder) throws Exception {
    return start(folder, (name, cluster) -> {}, BRISK);
  }

  /**
   * The same, in the data directories that {@code before} has made.
   *
   * @param before given each name and the value of {@code --initial-cluster}
   */
  public static ThreeServers start(Path folder, BiConsumer<String, String> before)
      throws Exception {
    return start(folder, before, STEADY);
  }

  /**
   * The same with a leader that even ten seconds of standing still do not make others replace, for
   * whoever compares every single answer.
   */
  public static ThreeServers startPatient(Path folder) throws Exception {
    return start(folder, (name, cluster) -> {}, PATIENT);
  }

  private static ThreeServers start(
      Path folder, BiConsumer<String, String> before, String... timing) throws Exception {
    ThreeServers servers = new ThreeServers(folder, List.of(timing));
    try {
      NAMES.forEach(name -> before.accept(name, servers.cluster()));
      for (String name : NAMES) {
        servers.launch(name);
      }
      for (String name : NAMES) {
        servers.awaitServing(name);
      }
    } catch (Exception | AssertionError e) {
      servers.close();
      throw e;
    }
    return servers;
  }

  /** {@code host:port} for clients of one of them. */
  public String endpoint(String name) {
    return "127.0.0.1:" + clientPorts.get(NAMES.indexOf(name));
  }

  /** Where its peers reach one of them. */
  public String peerUrl(String name) {
    return "http://127.0.0.1:" + peerPorts.get(NAMES.indexOf(name));
  }

  /** Returns when a process has ended by itself, with its exit code. */
  public int awaitEnd(String name) throws Exception {
    Await.until(() -> name + " ends; it said:\n" + said(name), () -> !process(name).isAlive());
    return process(name).stop();
  }

  /** All of their endpoints, in the order of their names. */
  public List<String> endpoints() {
    return NAMES.stream().map(this::endpoint).toList();
  }

  /** The fixture's own channel to one of them. */
  public ManagedChannel channel(String name) {
    return Objects.requireNonNull(channels.get(name), name);
  }

  /** A new channel, which its caller closes. */
  public ManagedChannel openChannel(String name) {
    return NettyChannelBuilder.forTarget(endpoint(name)).usePlaintext().build();
  }

  private String cluster() {
    return NAMES.stream()
        .map(it -> it + "=http://127.0.0.1:" + peerPorts.get(NAMES.indexOf(it)))
        .collect(Collectors.joining(","));
  }

  /** Starts a process that does not run, also with {@code more} flags, and returns at once. */
  public void launch(String name, String... more) throws IOException {
    ServerProcess former = processes.get(name);
    if (former != null && former.isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    int place = NAMES.indexOf(name);
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--name=" + name,
                "--data-dir=" + folder.resolve(name),
                "--listen-client-urls=http://127.0.0.1:" + clientPorts.get(place),
                "--advertise-client-urls=http://127.0.0.1:" + clientPorts.get(place),
                "--listen-peer-urls=http://127.0.0.1:" + peerPorts.get(place),
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPorts.get(place),
                "--initial-cluster=" + cluster(),
                "--initial-cluster-state=new",
                "--ui-operations"));
    flags.addAll(timing);
    flags.addAll(List.of(more));
    processes.put(name, ServerProcess.start(folder.resolve(name + ".log"), flags));
    channel(name).resetConnectBackoff();
  }

  /** Returns when {@code name} serves a linearizable read, so is up and in touch with a leader. */
  public void awaitServing(String name) throws Exception {
    Await.until(() -> name + " serves; it said:\n" + said(name), () -> serves(name));
  }

  private boolean serves(String name) {
    if (!process(name).isAlive()) {
      throw new AssertionError(name + " ended by itself; it said:\n" + said(name));
    }
    RangeRequest anything = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("x")).build();
    try {
      KVGrpc.newBlockingStub(channel(name))
          .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
          .range(anything);
      return true;
    } catch (StatusRuntimeException notYet) {
      if (notYet.getStatus().getCode() != Status.Code.UNAVAILABLE
          && notYet.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
        throw notYet;
      }
      channel(name).resetConnectBackoff();
      return false;
    }
  }

  /** The one that leads, of those that run; waits for one if there is none. */
  public String awaitLeader() throws Exception {
    List<String> found = new ArrayList<>();
    Await.until(
        () -> "one of the members leads",
        () -> {
          found.clear();
          NAMES.stream()
              .filter(name -> process(name).isAlive())
              .flatMap(name -> leading(name).map(status -> Map.entry(name, status)))
              .max(Comparator.comparingLong(it -> it.getValue().getRaftTerm()))
              .ifPresent(it -> found.add(it.getKey()));
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  /** Its status if it says of itself that it leads. */
  private Stream<StatusResponse> leading(String name) {
    try {
      StatusResponse status =
          MaintenanceGrpc.newBlockingStub(channel(name))
              .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
              .status(StatusRequest.getDefaultInstance());
      boolean leads = status.getLeader() == status.getHeader().getMemberId();
      return leads ? Stream.of(status) : Stream.empty();
    } catch (StatusRuntimeException notYet) {
      return Stream.empty();
    }
  }

  /** Kills one as {@code kill -9} does. */
  public void kill(String name) {
    if (!process(name).isAlive()) {
      throw new AssertionError(name + " ended by itself; it said:\n" + said(name));
    }
    process(name).kill();
  }

  /** Tells one to stop and returns its exit code. */
  public int stop(String name) {
    return process(name).stop();
  }

  /** What one has written to its log. */
  public String said(String name) {
    return process(name).said();
  }

  private ServerProcess process(String name) {
    return Objects.requireNonNull(processes.get(name), name);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    processes.values().forEach(ServerProcess::close);
  }
}
