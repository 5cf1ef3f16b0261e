package dev.balsa.junit;

import dev.balsa.node.disk.FileDirectory;
import dev.balsa.node.disk.UnforcedDirectory;
import dev.balsa.node.wal.WalConfig;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.Surroundings;
import dev.balsa.server.config.ServerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one member in this JVM, for tests: speaks etcd's v3 API on a free port of loopback,
 * serves when {@link Builder#start} returns, and keeps its data in memory unless told otherwise.
 * Thread-safe.
 *
 * <pre>{@code
 * try (BalsaServer server = BalsaServer.builder().start();
 *     Client client = Client.builder().endpoints(server.endpoint()).build()) { … }
 * }</pre>
 */
public final class BalsaServer implements AutoCloseable {
  // One member waits for nobody's vote, so it may be impatient.
  private static final Duration ELECTION = Duration.ofMillis(50);
  private static final Duration HEARTBEAT = Duration.ofMillis(10);

  private static final String HOST = "://127.0.0.1:";

  private final EtcdServer server;
  private final String scheme;
  private final LeaseTime leaseTime;

  private BalsaServer(EtcdServer server, String scheme, LeaseTime leaseTime) {
    this.server = server;
    this.scheme = scheme;
    this.leaseTime = leaseTime;
  }

  /** A server on a free port with its data in memory. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients come in: {@code http://127.0.0.1:PORT}, or {@code https}. */
  public URI endpoint() {
    return URI.create(scheme + HOST + server.clientAddresses().getFirst().getPort());
  }

  /** The clock by which its leases end. */
  public LeaseTime leaseTime() {
    return leaseTime;
  }

  /** Ends the calls under way and the server; data in memory is gone. Idempotent. */
  @Override
  public void close() {
    server.close();
  }

  /** What to start. For one thread. */
  public static final class Builder {
    private int port;
    private @Nullable Path dataDirectory;
    private boolean forces = true;
    private String scheme = "http";
    private List<String> certificate = List.of();

    private Builder() {}

    /** Listens at {@code number}, 1 to 65535, instead of a free port. */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /** Keeps the data in this folder, which is made if missing, and finds it there again. */
    public Builder dataDirectory(Path folder) {
      dataDirectory = folder;
      return this;
    }

    /**
     * Forces nothing to the disk of {@link #dataDirectory}: fast, and safe against the end of the
     * process but not against a power cut.
     */
    public Builder withoutFsync() {
      forces = false;
      return this;
    }

    /**
     * Speaks TLS, and only that, with this certificate, which should be made out to {@code
     * 127.0.0.1}, and its key, both in PEM files. Clients need not show any.
     */
    public Builder tls(Path certificateFile, Path keyFile) {
      scheme = "https";
      certificate = List.of("--cert-file=" + certificateFile, "--key-file=" + keyFile);
      return this;
    }

    /**
     * Starts it, and returns when it serves.
     *
     * @throws dev.balsa.server.StartException if port, folder or certificate cannot be used
     */
    public BalsaServer start() {
      LeaseTime leaseTime = new LeaseTime();
      Path data = dataDirectory == null ? Path.of("memory") : dataDirectory;
      ServerConfig config =
          Settings.of(
              "default",
              data,
              scheme + HOST + port,
              "default=http://127.0.0.1:0",
              ELECTION,
              HEARTBEAT,
              certificate);
      Surroundings surroundings =
          new Surroundings(
              disk(),
              dataDirectory == null ? MemoryDisk.WAL : WalConfig.DEFAULT,
              Surroundings.REAL.route(),
              leaseTime::millis,
              Surroundings.REAL.beforeTurn());
      EtcdServer server = EtcdServer.start(config, surroundings);
      try {
        Await.until("the member leads", () -> server.status().raft().leader() != null);
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
      return new BalsaServer(server, scheme, leaseTime);
    }

    private Surroundings.Disk disk() {
      if (dataDirectory == null) {
        return new MemoryDisk();
      }
      return forces
          ? FileDirectory::open
          : folder -> new UnforcedDirectory(FileDirectory.open(folder));
    }
  }
}
