package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.server.EtcdServer;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.ServerOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A server that cannot use its ports or its data ends with code 1 and one line, and what it could
 * not use is as it was.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class BadDataTest {
  private static final long FIRST_BLOCK_BYTES = 4096;
  private static final String OWN = "http://127.0.0.1:0";

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void nameTheData() {
    data = folder.resolve("data");
  }

  @Test
  void aClusterIsNotForcedOutOfNoData() throws IOException {
    assertRefused(
        server("--listen-client-urls=" + OWN, "--force-new-cluster"),
        "--force-new-cluster cannot be done with --data-dir " + data,
        "name the directory of a member that ran");
    assertThat(data).doesNotExist();
  }

  @Test
  void takenClientPortIsNamedBeforeTheDataIsTouched() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + taken.getLocalPort();

      assertRefused(
          server("--listen-client-urls=" + url),
          "cannot listen on " + url + " (Address already in use);",
          "--listen-client-urls");
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void takenPeerPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String peer = "127.0.0.1:" + taken.getLocalPort();

      assertRefused(
          server("--listen-peer-urls=http://" + peer),
          "peer address " + peer + " is in use;",
          "--listen-peer-urls");
    }
  }

  @Test
  void fileInTheDirectorysPlaceIsNamed() throws IOException {
    Files.writeString(data, "not a directory");

    assertRefused(server(), data + " is a file, not a directory;", "--data-dir");
    assertThat(data).hasContent("not a directory");
  }

  @Test
  void dataOfAnotherMemberIsNamedAndKept() {
    writeOneKey();
    String cluster = "--initial-cluster=other=http://127.0.0.1:1,default=" + OWN;

    assertRefused(
        server(cluster, "--name=other", "--initial-advertise-peer-urls=http://127.0.0.1:1"),
        "data directory " + data,
        "holds member default",
        "--name says other",
        "choose another --data-dir");
    assertThat(readOneKey()).isEqualTo("value");
  }

  @Test
  void dataInUseIsNamedAndItsOwnerGoesOn() {
    try (EtcdServer owner = EtcdServer.start(config())) {
      assertRefused(server(), "data directory " + data + " is in use by another process;");

      put(owner);
      assertThat(get(owner)).isEqualTo("value");
    }
  }

  @Test
  void flippedByteBeforeTheTailIsNamedByFileAndOffset() throws IOException {
    writeOneKey();
    long size = Files.size(firstSegment());
    flip(firstSegment(), FIRST_BLOCK_BYTES + 100);

    assertRefused(
        server(),
        firstSegment() + " at offset 4096: a forced record is damaged:",
        "restore the data directory from a copy");
    assertThat(Files.size(firstSegment())).isEqualTo(size);

    flip(firstSegment(), FIRST_BLOCK_BYTES + 100); // nothing was written over what can be mended
    assertThat(readOneKey()).isEqualTo("value");
  }

  @Test
  void segmentCutShortIsNamedWithBothSizes() throws IOException {
    writeOneKey();
    try (FileChannel file = FileChannel.open(firstSegment(), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 1);
    }

    assertRefused(
        server(),
        firstSegment().toString(),
        "67108863 bytes found, 67108864 wanted",
        "restore the data directory from a copy");
  }

  @Test
  void lostIdentityIsNamed() throws IOException {
    writeOneKey();
    Files.delete(data.resolve("identity"));

    assertRefused(
        server(), "holds the log 0000000000000001.wal but no file identity; restore that file");
  }

  @Test
  void halfWrittenFilesAreSweptUpAndNothingIsLost() throws IOException {
    writeOneKey();
    Path half = data.resolve("0000000000000009.new");
    Files.write(half, new byte[1000]);

    assertThat(readOneKey()).isEqualTo("value");
    assertThat(half).doesNotExist();
  }

  @Test
  void unreadableDirectoryIsNamedWithTheRemedy() throws Exception {
    Files.createDirectory(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
    List<String> words = new ArrayList<>();
    if (Files.isReadable(data)) { // we are root, whom no permission stops: give that up
      words.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
    }
    words.addAll(JavaChild.command(arguments()));

    try (JavaChild child = JavaChild.start(folder.toFile(), words)) {
      assertRefused(
          child.awaitEnd(),
          "cannot open data directory " + data + ": permission denied;",
          "give the user that runs Balsa the right to read and write it");
    }
  }

  private static void assertRefused(Run run, String... parts) {
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).startsWith("Error: ").contains(parts).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  private Run server(String... more) {
    return Run.of(arguments(more));
  }

  private String[] arguments(String... more) {
    List<String> words = new ArrayList<>();
    words.add("server");
    words.addAll(flags());
    words.addAll(List.of(more)); // the last one counts
    return words.toArray(String[]::new);
  }

  private List<String> flags() {
    return List.of(
        "--data-dir=" + data,
        "--listen-client-urls=http://127.0.0.1:0",
        "--listen-peer-urls=" + OWN,
        "--heartbeat-interval=20",
        "--election-timeout=200");
  }

  private ServerConfig config() {
    return CommandLine.populateCommand(new ServerOptions(), flags().toArray(String[]::new))
        .toConfig();
  }

  private Path firstSegment() {
    return data.resolve("0000000000000001.wal");
  }

  private static void flip(Path file, long offset) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, offset);
      one.put(0, (byte) ~one.get(0));
      channel.write(one.rewind(), offset);
    }
  }

  private void writeOneKey() {
    try (EtcdServer server = EtcdServer.start(config())) {
      put(server);
    }
  }

  private String readOneKey() {
    try (EtcdServer server = EtcdServer.start(config())) {
      return get(server);
    }
  }

  private static void put(EtcdServer server) {
    ManagedChannel channel = channel(server);
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("key"))
            .setValue(ByteString.copyFromUtf8("value"))
            .build();
    assertThat(KVGrpc.newBlockingStub(channel).put(request).hasHeader()).isTrue();
    channel.shutdownNow();
  }

  private static String get(EtcdServer server) {
    ManagedChannel channel = channel(server);
    RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("key")).build();
    String value =
        KVGrpc.newBlockingStub(channel).range(request).getKvs(0).getValue().toStringUtf8();
    channel.shutdownNow();
    return value;
  }

  private static ManagedChannel channel(EtcdServer server) {
    return NettyChannelBuilder.forAddress(server.clientAddresses().getFirst())
        .usePlaintext()
        .build();
  }
}
