package dev.balsa.server.cli;

import com.google.protobuf.Message;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.TxnResponse;
import java.util.List;
import java.util.stream.Collectors;

/** Prints one line of JSON for programs. */
record JsonPrinter(Console console) implements KeyValuePrinter, ClusterPrinter {
  @Override
  public void put(PutResponse response) {
    print(response);
  }

  @Override
  public void get(RangeResponse response) {
    print(response);
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    print(response);
  }

  @Override
  public void txn(TxnResponse response) {
    print(response);
  }

  @Override
  public void members(MemberListResponse response) {
    print(response);
  }

  private void print(Message response) {
    console.println(GoJson.of(response));
  }

  @Override
  public void status(List<EndpointStatus> statuses) {
    console.println(
        statuses.stream()
            .map(
                one ->
                    "{\"Endpoint\":%s,\"Status\":%s}"
                        .formatted(GoJson.quote(one.endpoint()), GoJson.of(one.status())))
            .collect(Collectors.joining(",", "[", "]")));
  }

  @Override
  public void health(List<EndpointHealth> healths) {
    console.println(
        healths.stream()
            .map(
                one ->
                    "{\"endpoint\":%s,\"health\":%s,\"took\":%s%s}"
                        .formatted(
                            GoJson.quote(one.endpoint()),
                            one.healthy(),
                            GoJson.quote(one.took()),
                            one.healthy() ? "" : ",\"error\":" + GoJson.quote(one.error())))
            .collect(Collectors.joining(",", "[", "]")));
  }
}
