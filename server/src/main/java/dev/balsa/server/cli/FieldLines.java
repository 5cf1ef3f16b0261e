package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.ResponseHeader;

/** Lines of etcdctl's format "fields", {@code "Name" : value}, as they are gathered. */
final class FieldLines {
  private final StringBuilder text = new StringBuilder();

  FieldLines header(ResponseHeader header) {
    return unsigned("ClusterID", header.getClusterId())
        .unsigned("MemberID", header.getMemberId())
        .field("Revision", header.getRevision())
        .unsigned("RaftTerm", header.getRaftTerm());
  }

  FieldLines keyValue(String prefix, KeyValue pair) {
    return quoted(prefix + "Key", pair.getKey())
        .field(prefix + "CreateRevision", pair.getCreateRevision())
        .field(prefix + "ModRevision", pair.getModRevision())
        .field(prefix + "Version", pair.getVersion())
        .quoted(prefix + "Value", pair.getValue())
        .field(prefix + "Lease", pair.getLease());
  }

  FieldLines quoted(String name, ByteString value) {
    return field(name, GoText.quote(value));
  }

  FieldLines quoted(String name, String value) {
    return field(name, GoText.quote(value));
  }

  FieldLines unsigned(String name, long value) {
    return field(name, Long.toUnsignedString(value));
  }

  FieldLines field(String name, Object value) {
    text.append('"').append(name).append("\" : ").append(value).append('\n');
    return this;
  }

  FieldLines blank() {
    text.append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
