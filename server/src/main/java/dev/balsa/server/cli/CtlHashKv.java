package dev.balsa.server.cli;

import dev.balsa.proto.HashKVRequest;
import dev.balsa.proto.HashKVResponse;
import dev.balsa.proto.MaintenanceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ctl endpoint hashkv}: a hash of each member's keys, to see whether they agree. */
@Command(name = "hashkv", description = "Prints the KV history hash for each endpoint.")
final class CtlHashKv implements Runnable {
  @Option(names = "--cluster", description = "Use all endpoints from the member list.")
  boolean wholeCluster;

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "The revision to hash at (default: the newest).")
  long revision;

  private final CtlCommand ctl;
  private final Console console;

  CtlHashKv(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  private record Hashed(String endpoint, HashKVResponse response) {
    String hash() {
      return Integer.toUnsignedString(response.getHash());
    }
  }

  @Override
  public void run() {
    Reply.requireFormatOrTable(ctl.format);
    Cluster cluster = ctl.cluster();
    HashKVRequest request = HashKVRequest.newBuilder().setRevision(revision).build();
    List<Hashed> hashes = new ArrayList<>();
    String failure = "";
    for (Endpoint endpoint : wholeCluster ? cluster.advertised() : cluster.endpoints()) {
      try {
        hashes.add(
            new Hashed(
                endpoint.text(),
                cluster.askOnly(
                    endpoint,
                    channel ->
                        MaintenanceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
                            .hashKV(request))));
      } catch (CommandFailure e) {
        failure = String.valueOf(e.getMessage());
        console.tell(
            "Failed to get the hash of endpoint %s (%s)".formatted(endpoint.text(), failure));
      }
    }
    reply(hashes).print(console, ctl.format);
    if (!failure.isEmpty()) {
      throw new CommandFailure(failure);
    }
  }

  private static Reply reply(List<Hashed> hashes) {
    StringBuilder simple = new StringBuilder();
    List<String> json = new ArrayList<>();
    FieldLines fields = new FieldLines();
    TextTable table = new TextTable("ENDPOINT", "HASH");
    for (Hashed one : hashes) {
      simple.append(one.endpoint()).append(", ").append(one.hash()).append('\n');
      json.add(
          "{\"Endpoint\":%s,\"HashKV\":%s}"
              .formatted(GoJson.quote(one.endpoint()), GoJson.of(one.response())));
      fields
          .header(one.response().getHeader())
          .quoted("Endpoint", one.endpoint())
          .field("Hash", one.hash())
          .blank();
      table.row(one.endpoint(), one.hash());
    }
    return new Reply(
        simple.toString(), "[" + String.join(",", json) + "]\n", fields.toString(), table.draw());
  }
}
