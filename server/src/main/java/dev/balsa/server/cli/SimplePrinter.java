package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.ResponseOp;
import dev.balsa.proto.StatusResponse;
import dev.balsa.proto.TxnResponse;
import java.util.List;

/**
 * Prints for people and pipes: a key on one line, its value on the next.
 *
 * @param hex prints keys and values as {@code \xNN}
 * @param valueOnly leaves the keys out
 * @param countOnly prints how many keys there are, which the keys themselves would not tell
 */
record SimplePrinter(Console console, boolean hex, boolean valueOnly, boolean countOnly)
    implements KeyValuePrinter, ClusterPrinter {
  SimplePrinter(Console console, boolean hex) {
    this(console, hex, false, false);
  }

  @Override
  public void put(PutResponse response) {
    console.println("OK");
    if (response.hasPrevKv()) {
      keyValue(response.getPrevKv());
    }
  }

  @Override
  public void get(RangeResponse response) {
    response.getKvsList().forEach(this::keyValue);
    if (countOnly) {
      console.println(Long.toString(response.getCount()));
    }
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    console.println(Long.toString(response.getDeleted()));
    response.getPrevKvsList().forEach(this::keyValue);
  }

  @Override
  public void txn(TxnResponse response) {
    console.println(response.getSucceeded() ? "SUCCESS" : "FAILURE");
    for (ResponseOp op : response.getResponsesList()) {
      console.println("");
      switch (op.getResponseCase()) {
        case RESPONSE_PUT -> put(op.getResponsePut());
        case RESPONSE_RANGE -> get(op.getResponseRange());
        case RESPONSE_DELETE_RANGE -> delete(op.getResponseDeleteRange());
        case RESPONSE_TXN -> txn(op.getResponseTxn());
        case RESPONSE_NOT_SET -> console.println("(an answer that this version does not know)");
      }
    }
  }

  /** Key and value, byte for byte unless hexadecimal was asked for. */
  void keyValue(KeyValue pair) {
    if (!valueOnly) {
      line(pair.getKey());
    }
    line(pair.getValue());
  }

  private void line(ByteString bytes) {
    console.print(hex ? ByteString.copyFromUtf8(GoText.hex(bytes)) : bytes);
    console.print("\n");
  }

  @Override
  public void members(MemberListResponse response) {
    for (Member member : response.getMembersList()) {
      console.println(String.join(", ", memberCells(member)));
    }
  }

  /** ID, status, name, peer addresses, client addresses, learner. */
  static String[] memberCells(Member member) {
    return new String[] {
      Long.toHexString(member.getID()),
      member.getName().isEmpty() ? "unstarted" : "started",
      member.getName(),
      String.join(",", member.getPeerURLsList()),
      String.join(",", member.getClientURLsList()),
      Boolean.toString(member.getIsLearner())
    };
  }

  @Override
  public void status(List<EndpointStatus> statuses) {
    for (EndpointStatus status : statuses) {
      console.println(String.join(", ", statusCells(status)));
    }
  }

  /** Endpoint, ID, version, size, leader, learner, term, index, applied index, errors. */
  static String[] statusCells(EndpointStatus endpoint) {
    StatusResponse status = endpoint.status();
    return new String[] {
      endpoint.endpoint(),
      Long.toHexString(status.getHeader().getMemberId()),
      status.getVersion(),
      GoText.size(status.getDbSize()),
      Boolean.toString(endpoint.isLeader()),
      Boolean.toString(status.getIsLearner()),
      Long.toUnsignedString(status.getRaftTerm()),
      Long.toUnsignedString(status.getRaftIndex()),
      Long.toUnsignedString(status.getRaftAppliedIndex()),
      String.join(", ", status.getErrorsList())
    };
  }

  /** The healthy go to standard output, as from etcd 3.5 on; in 3.4 all went to standard error. */
  @Override
  public void health(List<EndpointHealth> healths) {
    for (EndpointHealth health : healths) {
      if (health.healthy()) {
        console.println(
            health.endpoint()
                + " is healthy: successfully committed proposal: took = "
                + health.took());
      } else {
        console.tell(
            health.endpoint() + " is unhealthy: failed to commit proposal: " + health.error());
      }
    }
  }
}
