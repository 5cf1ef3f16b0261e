package dev.balsa.server.whole;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.balsa.proto.Member;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a server calls that which every server calls otherwise: its own id and URL, and the leases
 * whose ids it chose itself. Requests are written in common names, and answers are compared in
 * them. Thread-safe.
 */
final class Names {
  /** The common name of the member that is asked. */
  static final long SELF = 0x5e1f_5e1f_5e1fL;

  /** The common name of that member's peer URL. */
  static final String PEER_URL = "http://127.0.0.1:1";

  private static final String CLIENT_URL = "http://127.0.0.1:2";

  private static final long FIRST_LEASE = 0x1ea5_e000_0000L;

  private final long self;
  private final Map<String, String> urls; // own by common
  private final Map<Long, Long> ownByCommon = new ConcurrentSkipListMap<>();
  private final Map<Long, Long> commonByOwn = new ConcurrentSkipListMap<>();

  Names(Member self) {
    urls = Map.of(PEER_URL, self.getPeerURLs(0), CLIENT_URL, self.getClientURLs(0));
    this.self = self.getID();
    learn(SELF, this.self);
  }

  private void learn(long common, long own) {
    ownByCommon.put(common, own);
    commonByOwn.put(own, common);
  }

  /** The server chose this id; its common name counts from {@link #lease}. */
  void learnLease(long own) {
    learn(lease(ownByCommon.size()), own);
  }

  /** The common name of the {@code n}th lease whose id a server chose, from 1 on. */
  static long lease(int n) {
    return FIRST_LEASE + n;
  }

  /** How many leases with ids of its own the server has had. */
  int leases() {
    return ownByCommon.size() - 1;
  }

  /** The same message as the server says it. */
  Message own(Message common) {
    return Rewriting.of(
        common,
        (field, value) ->
            switch (value) {
              case String text -> urls.getOrDefault(text, text);
              default -> renamed(value, ownByCommon);
            });
  }

  /** The same message in common names, and without what differs between any two servers. */
  Message common(Message own) {
    return Rewriting.of(
        own,
        (field, value) ->
            masked(
                field,
                value instanceof String text ? commonText(text) : renamed(value, commonByOwn)));
  }

  private String commonText(String text) {
    return urls.entrySet().stream()
        .filter(url -> url.getValue().equals(text))
        .findAny()
        .map(Map.Entry::getKey)
        .orElse(text.replace(Long.toUnsignedString(self), "SELF"));
  }

  private static Object renamed(Object value, Map<Long, Long> ids) {
    return switch (value) {
      case Long id -> ids.getOrDefault(id, id);
      case ByteString bytes when bytes.size() < 100 && ids.size() > 1 -> hexRenamed(bytes, ids);
      default -> value;
    };
  }

  private static ByteString hexRenamed(ByteString bytes, Map<Long, Long> ids) {
    String text = bytes.toString(ISO_8859_1);
    for (Map.Entry<Long, Long> id : ids.entrySet()) {
      text = text.replace(Long.toHexString(id.getKey()), Long.toHexString(id.getValue()));
    }
    return ByteString.copyFrom(text, ISO_8859_1);
  }

  /** Null for what one of the servers does not say at all. */
  private static @Nullable Object masked(FieldDescriptor field, Object value) {
    return switch (field.getContainingType().getName() + "." + field.getName()) {
      case "ResponseHeader.cluster_id", "ResponseHeader.member_id", "ResponseHeader.raft_term" ->
          1L;
      // The seconds that are left of a lease fall while the other server is asked.
      case "LeaseTimeToLiveResponse.TTL" -> Math.min((Long) value, 0L);
      case "HashKVResponse.hash", "HashResponse.hash" -> 1;
      case "StatusResponse.dbSize",
          "StatusResponse.dbSizeInUse",
          "StatusResponse.raftIndex",
          "StatusResponse.raftTerm",
          "StatusResponse.raftAppliedIndex" ->
          1L;
      case "AuthenticateResponse.token" -> "TOKEN";
      case "SnapshotResponse.blob" -> ByteString.EMPTY;
      default -> KnownDifference.isLaterField(field) ? null : value;
    };
  }

  @Override
  public String toString() {
    return ownByCommon.entrySet().stream()
        .map(it -> Long.toHexString(it.getKey()) + "=" + Long.toHexString(it.getValue()))
        .collect(Collectors.joining(", "));
  }
}
