package dev.balsa.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.TestServer;
import dev.balsa.server.auth.Users;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is given a member's flight records. */
class FlightRecordsTest {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void aProgramThatIsNoBrowserIsGivenThem() throws Exception {
    HttpResponse<String> answer = post(FlightRecords.PATH, "");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("balsa-trace 1\n");
  }

  @Test
  void anotherSitesPageIsNotAndNobodyIsByLooking() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + FlightRecords.PATH);

    assertThat(post(FlightRecords.PATH, "{}", "Origin", "http://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(post(FlightRecords.PATH, "{}", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(405);
  }

  @Test
  void withAuthenticationOnlyRootIsGivenThem() throws Exception {
    new Users(server.channel()).enable();

    assertThat(post(FlightRecords.PATH, "").statusCode()).isBetween(400, 403);
    assertThat(post(FlightRecords.PATH, "", "Authorization", token("alice")).statusCode())
        .isEqualTo(403);
    assertThat(post(FlightRecords.PATH, "", "Authorization", token("root")).statusCode())
        .isEqualTo(200);
  }

  private String token(String user) throws Exception {
    String body = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(user, user);
    Matcher token = TOKEN.matcher(post("/v3/auth/authenticate", body).body());
    assertThat(token.find()).isTrue();
    return token.group(1);
  }
}
