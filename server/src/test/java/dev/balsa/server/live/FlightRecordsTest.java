package dev.balsa.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.server.OverHttp;
import dev.balsa.server.auth.Users;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Who is given a member's flight records. */
class FlightRecordsTest extends OverHttp {
  @Test
  void aProgramThatIsNoBrowserIsGivenThem() throws Exception {
    HttpResponse<String> answer = post(FlightRecords.PATH, "");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("balsa-trace 2\n");
  }

  @Test
  void anotherSitesPageIsNotAndNobodyIsByLooking() throws Exception {
    assertThat(post(FlightRecords.PATH, "{}", "Origin", "http://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(post(FlightRecords.PATH, "{}", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(get(FlightRecords.PATH).statusCode()).isEqualTo(405);
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
}
