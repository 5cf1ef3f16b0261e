package dev.balsa.server.cli;

import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.TxnResponse;

/** Writes the answer as it came over the wire. */
record ProtobufPrinter(Console console) implements KeyValuePrinter {
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
