package dev.balsa.server.whole;

import dev.balsa.server.Tools;
import dev.balsa.server.cli.RealEtcd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real etcd and {@link ThreeServers} of ours beside it, which run while the tests of one class
 * do. To be a static field with {@code @RegisterExtension}.
 */
public final class EtcdAndServers implements BeforeAllCallback, AfterAllCallback {
  private final List<String> members; // of etcd
  private final boolean patient;

  private @Nullable Path folder;
  private @Nullable RealEtcd etcd;
  private @Nullable ThreeServers servers;

  private EtcdAndServers(List<String> members, boolean patient) {
    this.members = members;
    this.patient = patient;
  }

  /** An etcd of one member. */
  public static EtcdAndServers ofOne() {
    return new EtcdAndServers(List.of("m1"), false);
  }

  /** An etcd of three members. */
  public static EtcdAndServers ofThree() {
    return new EtcdAndServers(ThreeServers.NAMES, false);
  }

  /** An etcd of one member, and on both sides leaders that stay whatever stands still. */
  static EtcdAndServers patient() {
    return new EtcdAndServers(List.of("m1"), true);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Path made = Files.createTempDirectory("etcd-and-servers");
    folder = made;
    Path program = Tools.require("etcd");
    String[] flags = patient ? ThreeServers.PATIENT : new String[0];
    etcd = RealEtcd.start(program, made.resolve("etcd"), members, flags);
    Path ours = Files.createDirectory(made.resolve("servers"));
    servers = patient ? ThreeServers.startPatient(ours) : ThreeServers.start(ours);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (servers != null) {
      servers.close();
    }
    if (etcd != null) {
      etcd.close();
    }
    if (folder != null) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** For whatever else the tests write; gone after them. */
  public Path folder() {
    return Objects.requireNonNull(folder);
  }

  /** The real one. */
  public RealEtcd etcd() {
    return Objects.requireNonNull(etcd);
  }

  /** Ours. */
  public ThreeServers servers() {
    return Objects.requireNonNull(servers);
  }
}
