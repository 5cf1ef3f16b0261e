package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.LeaseGrantResponse;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseLeasesResponse;
import dev.balsa.proto.LeaseRevokeResponse;
import dev.balsa.proto.LeaseStatus;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.proto.ResponseHeader;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the lease commands print, in etcdctl's words. */
final class LeaseReplies {
  private LeaseReplies() {}

  static Reply granted(LeaseGrantResponse it) {
    return new Reply(
        "lease %s granted with TTL(%ds)\n".formatted(id(it.getID()), it.getTTL()),
        json(
            it.getHeader(),
            "\"ID\":%d,\"TTL\":%d,\"Error\":%s"
                .formatted(it.getID(), it.getTTL(), GoJson.quote(it.getError()))),
        new FieldLines()
            .header(it.getHeader())
            .field("ID", it.getID())
            .field("TTL", it.getTTL())
            .toString());
  }

  static Reply revoked(long lease, LeaseRevokeResponse it) {
    return new Reply(
        "lease " + id(lease) + " revoked\n",
        GoJson.of(it) + "\n",
        new FieldLines().header(it.getHeader()).toString());
  }

  static Reply timeToLive(LeaseTimeToLiveResponse it, boolean withKeys) {
    FieldLines fields =
        new FieldLines()
            .header(it.getHeader())
            .field("ID", it.getID())
            .field("TTL", it.getTTL())
            .field("GrantedTTL", it.getGrantedTTL());
    it.getKeysList().forEach(key -> fields.quoted("Key", key));
    return new Reply(
        timeToLiveText(it, withKeys),
        json(
            it.getHeader(),
            "\"id\":%d,\"ttl\":%d,\"granted-ttl\":%d,\"keys\":%s"
                .formatted(it.getID(), it.getTTL(), it.getGrantedTTL(), jsonKeys(it))),
        fields.toString());
  }

  private static String timeToLiveText(LeaseTimeToLiveResponse it, boolean withKeys) {
    if (it.getGrantedTTL() == 0 && it.getTTL() == -1) {
      return "lease " + id(it.getID()) + " already expired\n";
    }
    String keys =
        it.getKeysList().stream().map(ByteString::toStringUtf8).collect(Collectors.joining(" "));
    return "lease %s granted with TTL(%ds), remaining(%ds)%s\n"
        .formatted(
            id(it.getID()),
            it.getGrantedTTL(),
            it.getTTL(),
            withKeys ? ", attached keys([" + keys + "])" : "");
  }

  private static String jsonKeys(LeaseTimeToLiveResponse it) {
    if (it.getKeysCount() == 0) {
      return "null";
    }
    return it.getKeysList().stream()
        .map(key -> '"' + Base64.getEncoder().encodeToString(key.toByteArray()) + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  static Reply listed(LeaseLeasesResponse it) {
    StringBuilder simple = new StringBuilder("found " + it.getLeasesCount() + " leases\n");
    FieldLines fields = new FieldLines().header(it.getHeader());
    for (LeaseStatus lease : it.getLeasesList()) {
      simple.append(id(lease.getID())).append('\n');
      fields.field("ID", lease.getID());
    }
    String leases =
        it.getLeasesList().stream()
            .map(lease -> "{\"id\":" + lease.getID() + "}")
            .collect(Collectors.joining(",", "[", "]"));
    return new Reply(
        simple.toString(), json(it.getHeader(), "\"leases\":" + leases), fields.toString());
  }

  static Reply keptAlive(LeaseKeepAliveResponse it) {
    return new Reply(
        "lease %s keepalived with TTL(%d)\n".formatted(id(it.getID()), it.getTTL()),
        json(it.getHeader(), "\"ID\":%d,\"TTL\":%d".formatted(it.getID(), it.getTTL())),
        new FieldLines()
            .header(it.getHeader())
            .field("ID", it.getID())
            .field("TTL", it.getTTL())
            .toString());
  }

  /** As etcdctl names a lease: sixteen hexadecimal digits. */
  static String id(long lease) {
    return String.format(Locale.ROOT, "%016x", lease);
  }

  /** The client that etcdctl uses puts the header's fields among the others. */
  private static String json(ResponseHeader header, String fields) {
    String flat = GoJson.of(header);
    String begin = flat.substring(0, flat.length() - 1);
    return begin + (begin.length() > 1 ? "," : "") + fields + "}\n";
  }
}
