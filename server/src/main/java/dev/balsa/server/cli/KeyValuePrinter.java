package dev.balsa.server.cli;

import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.TxnResponse;

/** Prints what the key-value commands got, in one of the output formats. */
interface KeyValuePrinter {
  void put(PutResponse response);

  void get(RangeResponse response);

  void delete(DeleteRangeResponse response);

  void txn(TxnResponse response);
}
