package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserChangePasswordRequest;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.auth.Users;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users over real processes: through every member, over restarts, and what the disk must not see.
 */
class UsersTest {
  private static final String CANARY = "canary-Kq7vT2-of-a-password";
  private static final String SECOND = "second-Zr4wB9-of-a-password";

  @TempDir Path folder;

  @Test
  void aTokenOfOneMemberIsGoodAtEveryOtherAtOnce() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      new Users(servers.channel("m1")).enable();

      for (String giver : ThreeServers.NAMES) {
        String token = new Users(servers.channel(giver)).token("alice");
        for (String taker : ThreeServers.NAMES) {
          Channel channel = new Users(servers.channel(taker)).with(token);
          put(channel, "w/" + giver + taker);
          assertThat(denied(() -> put(channel, "secret")))
              .isEqualTo("PERMISSION_DENIED: etcdserver: permission denied");
        }
      }
    }
  }

  @Test
  void usersSurviveARestartAndLogInAnew() throws Exception {
    try (ThreeServers servers = ThreeServers.start(folder)) {
      Users users = new Users(servers.channel("m1"));
      users.enable();
      String token = users.token("alice");
      put(users.with(token), "w/1");

      servers.kill("m1");
      servers.launch("m1");
      Await.until(() -> "m1 knows alice again", () -> logsIn(users));

      // Whether the former token counts depends on whether its entry was applied before the kill.
      put(users.as("alice"), "w/2");
    }
  }

  @Test
  void noPasswordAndNoTokenReachesTheDiskOrTheLog() throws Exception {
    List<Integer> ports = Ports.free(2);
    Path log = folder.resolve("server.log");
    Path data = folder.resolve("data");
    String token;
    try (ServerProcess server =
        ServerProcess.start(
            log,
            List.of(
                "--data-dir=" + data,
                "--listen-client-urls=http://127.0.0.1:" + ports.get(0),
                "--listen-peer-urls=http://127.0.0.1:" + ports.get(1),
                "--bcrypt-cost=4",
                "--snapshot-count=5"))) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget("127.0.0.1:" + ports.get(0)).usePlaintext().build();
      try {
        Await.until(() -> "it adds a user; it said:\n" + server.said(), () -> adds(channel));
        token = useBothPasswords(channel);
        Channel root = new Users(channel).as("root");
        Await.until(
            () -> "a snapshot is written",
            () -> {
              put(root, "filler");
              return holdsSnapshot(data);
            });
      } finally {
        channel.shutdownNow();
      }
      assertThat(server.stop()).isZero();
    }

    String letters = token.substring(0, token.indexOf('.'));
    for (Path file : files(folder)) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as("%s", file)
          .doesNotContain(CANARY)
          .doesNotContain(SECOND)
          .doesNotContain(letters);
    }
    assertThat(files(data)).as("the search sees what is stored").anyMatch(this::knowsTheUser);
  }

  private static String useBothPasswords(Channel channel) {
    var unusedchanged =
        AuthGrpc.newBlockingStub(channel)
            .userChangePassword(
                AuthUserChangePasswordRequest.newBuilder()
                    .setName("canary")
                    .setPassword(SECOND)
                    .build());
    new Users(channel).enable();
    assertThat(denied(() -> logIn(channel, CANARY))).contains("authentication failed");
    String token = logIn(channel, SECOND);
    assertThat(denied(() -> put(new Users(channel).with(token), "k"))).contains("denied");
    return token;
  }

  private static String logIn(Channel channel, String password) {
    return AuthGrpc.newBlockingStub(channel)
        .authenticate(
            AuthenticateRequest.newBuilder().setName("canary").setPassword(password).build())
        .getToken();
  }

  private static boolean adds(Channel channel) {
    try {
      var added =
          AuthGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .userAdd(
                  AuthUserAddRequest.newBuilder().setName("canary").setPassword(CANARY).build());
      return added.hasHeader();
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  private static boolean logsIn(Users users) {
    try {
      return !users.token("alice").isEmpty();
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  private static boolean holdsSnapshot(Path data) throws IOException {
    return files(data).stream().anyMatch(it -> it.getFileName().toString().endsWith(".snapshot"));
  }

  private boolean knowsTheUser(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains("canary");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void put(Channel channel, String key) {
    var unused =
        KVGrpc.newBlockingStub(channel)
            .put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  private static String denied(Runnable call) {
    return String.valueOf(
        catchThrowableOfType(StatusRuntimeException.class, call::run).getMessage());
  }
}
