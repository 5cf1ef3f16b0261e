package dev.balsa.server.cli;

import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.TxnResponse;
import java.util.List;

/** Writes the answer as it came over the wire. */
record ProtobufPrinter(Console console) implements KeyValuePrinter, ClusterPrinter {
  @Override
  public void members(MemberListResponse response) {
    console.print(response.toByteString());
  }

  @Override
  public void status(List<EndpointStatus> statuses) {
    throw unsupported();
  }

  @Override
  public void health(List<EndpointHealth> healths) {
    throw unsupported();
  }

  /** Of several members there are several answers, which have no common form. */
  private static BadUsage unsupported() {
    return new BadUsage("protobuf not supported as output format of this command");
  }

  @Override
  public void put(PutResponse response) {
    console.print(response.toByteString());
  }

  @Override
  public void get(RangeResponse response) {
    console.print(response.toByteString());
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    console.print(response.toByteString());
  }

  @Override
  public void txn(TxnResponse response) {
    console.print(response.toByteString());
  }
}
