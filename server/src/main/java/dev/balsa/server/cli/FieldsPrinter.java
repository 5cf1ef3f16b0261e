package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.DeleteRangeResponse;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberListResponse;
import dev.balsa.proto.PutResponse;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.ResponseHeader;
import dev.balsa.proto.ResponseOp;
import dev.balsa.proto.StatusResponse;
import dev.balsa.proto.TxnResponse;
import java.util.List;

/** Prints every field on a line of its own, {@code "Name" : value}. */
record FieldsPrinter(Console console) implements KeyValuePrinter, ClusterPrinter {
  @Override
  public void put(PutResponse response) {
    header(response.getHeader());
    if (response.hasPrevKv()) {
      keyValue("Prev", response.getPrevKv());
    }
  }

  @Override
  public void get(RangeResponse response) {
    header(response.getHeader());
    response.getKvsList().forEach(pair -> keyValue("", pair));
    field("More", response.getMore());
    field("Count", response.getCount());
  }

  @Override
  public void delete(DeleteRangeResponse response) {
    header(response.getHeader());
    field("Deleted", response.getDeleted());
    response.getPrevKvsList().forEach(pair -> keyValue("Prev", pair));
  }

  @Override
  public void txn(TxnResponse response) {
    header(response.getHeader());
    field("Succeeded", response.getSucceeded());
    for (ResponseOp op : response.getResponsesList()) {
      switch (op.getResponseCase()) {
        case RESPONSE_PUT -> put(op.getResponsePut());
        case RESPONSE_RANGE -> get(op.getResponseRange());
        case RESPONSE_DELETE_RANGE -> delete(op.getResponseDeleteRange());
        case RESPONSE_TXN -> txn(op.getResponseTxn());
        case RESPONSE_NOT_SET -> field("Unknown", true);
      }
    }
  }

  @Override
  public void members(MemberListResponse response) {
    header(response.getHeader());
    for (Member member : response.getMembersList()) {
      unsigned("ID", member.getID());
      quoted("Name", member.getName());
      member.getPeerURLsList().forEach(url -> quoted("PeerURL", url));
      member.getClientURLsList().forEach(url -> quoted("ClientURL", url));
      field("IsLearner", member.getIsLearner());
      console.println("");
    }
  }

  @Override
  public void status(List<EndpointStatus> statuses) {
    for (EndpointStatus endpoint : statuses) {
      StatusResponse status = endpoint.status();
      header(status.getHeader());
      quoted("Version", status.getVersion());
      field("DBSize", status.getDbSize());
      unsigned("Leader", status.getLeader());
      field("IsLearner", status.getIsLearner());
      unsigned("RaftIndex", status.getRaftIndex());
      unsigned("RaftTerm", status.getRaftTerm());
      unsigned("RaftAppliedIndex", status.getRaftAppliedIndex());
      field("Errors", "[" + String.join(" ", status.getErrorsList()) + "]");
      quoted("Endpoint", endpoint.endpoint());
      console.println("");
    }
  }

  @Override
  public void health(List<EndpointHealth> healths) {
    for (EndpointHealth health : healths) {
      quoted("Endpoint", health.endpoint());
      field("Health", health.healthy());
      field("Took", health.took());
      field("Error", health.error());
      console.println("");
    }
  }

  private void header(ResponseHeader header) {
    unsigned("ClusterID", header.getClusterId());
    unsigned("MemberID", header.getMemberId());
    field("Revision", header.getRevision());
    unsigned("RaftTerm", header.getRaftTerm());
  }

  private void keyValue(String prefix, KeyValue pair) {
    quoted(prefix + "Key", pair.getKey());
    field(prefix + "CreateRevision", pair.getCreateRevision());
    field(prefix + "ModRevision", pair.getModRevision());
    field(prefix + "Version", pair.getVersion());
    quoted(prefix + "Value", pair.getValue());
    field(prefix + "Lease", pair.getLease());
  }

  private void quoted(String name, ByteString value) {
    field(name, GoText.quote(value));
  }

  private void quoted(String name, String value) {
    field(name, GoText.quote(value));
  }

  private void unsigned(String name, long value) {
    field(name, Long.toUnsignedString(value));
  }

  private void field(String name, Object value) {
    console.println("\"" + name + "\" : " + value);
  }
}
