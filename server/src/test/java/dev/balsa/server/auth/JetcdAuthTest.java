package dev.balsa.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.server.TestServer;
import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** jetcd's client for users, which logs in again by itself when a token is good no more. */
class JetcdAuthTest {
  private TestServer server;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    client = Client.builder().endpoints(endpoint()).build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void usersAndRolesAreManagedAndObeyed() throws Exception {
    Auth auth = client.getAuthClient();
    auth.userAdd(bytes("root"), bytes("root")).get();
    auth.userGrantRole(bytes("root"), bytes("root")).get();
    auth.userAdd(bytes("alice"), bytes("secret")).get();
    auth.roleAdd(bytes("readers")).get();
    auth.roleGrantPermission(bytes("readers"), bytes("r/"), bytes("r0"), Permission.Type.READ)
        .get();
    auth.userGrantRole(bytes("alice"), bytes("readers")).get();
    auth.authEnable().get();

    try (Client root = as("root", "root");
        Client alice = as("alice", "secret");
        Client wrong = as("alice", "wrong")) {
      root.getKVClient().put(bytes("r/1"), bytes("v")).get();
      assertThat(alice.getKVClient().get(bytes("r/1")).get().getCount()).isEqualTo(1);
      assertThatThrownBy(() -> alice.getKVClient().put(bytes("r/1"), bytes("v")).get())
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> wrong.getKVClient().get(bytes("r/1")).get())
          .hasMessageContaining("UNAUTHENTICATED"); // jetcd keeps the server's words to itself
      assertThat(root.getAuthClient().userList().get().getUsers()).containsExactly("alice", "root");
      assertThat(root.getAuthClient().roleGet(bytes("readers")).get().getPermissions())
          .singleElement()
          .satisfies(it -> assertThat(it.getPermType()).isEqualTo(Permission.Type.READ));

      // The tokens end with the authentication; jetcd takes new ones.
      root.getAuthClient().authDisable().get();
      client.getAuthClient().authEnable().get();
      assertThat(alice.getKVClient().get(bytes("r/1")).get().getCount()).isEqualTo(1);
    }
  }

  private Client as(String user, String password) {
    return Client.builder()
        .endpoints(endpoint())
        .user(bytes(user))
        .password(bytes(password))
        .build();
  }

  private String endpoint() {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
