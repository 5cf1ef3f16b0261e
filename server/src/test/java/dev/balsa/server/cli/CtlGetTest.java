package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.balsa.proto.PutRequest;
import dev.balsa.server.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CtlGetTest {
  @ParameterizedTest
  @ValueSource(strings = {"simple", "json", "fields"})
  void getInPiecesPrintsWhatGetPrints(String format) throws Exception {
    try (TestServer server = new TestServer()) {
      for (int n = 0; n < 25; n++) {
        server.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + n)).build());
      }

      Run whole = get(server, "", "--prefix", "-w", format);
      Run pieces = get(server, "", "--prefix", "-w", format, "--stream");

      assertThat(whole.out()).contains("24");
      assertThat(pieces).isEqualTo(whole);
    }
  }

  @Test
  void getInPiecesTellsWhyItCannot() throws Exception {
    try (TestServer server = new TestServer()) {
      Run run = get(server, "k", "--stream", "--order", "DESCEND");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("no sort order but the keys' own");
    }
  }

  private static Run get(TestServer server, String... words) {
    String[] all = new String[words.length + 4];
    all[0] = "ctl";
    all[1] = "--endpoints";
    all[2] = "127.0.0.1:" + server.address().getPort();
    all[3] = "get";
    System.arraycopy(words, 0, all, 4, words.length);
    return Run.of(all);
  }
}
