package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.MemberUpdateRequest;
import dev.balsa.proto.Permission;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchRequest;
import java.util.List;

/** Requests in short words. */
final class Wording {
  private Wording() {}

  static AuthRoleGrantPermissionRequest permit(String role, String key, String end) {
    return AuthRoleGrantPermissionRequest.newBuilder()
        .setName(role)
        .setPerm(
            Permission.newBuilder()
                .setPermType(Permission.Type.READWRITE)
                .setKey(utf8(key))
                .setRangeEnd(utf8(end)))
        .build();
  }

  static MemberUpdateRequest update(String url) {
    return MemberUpdateRequest.newBuilder().setID(Names.SELF).addPeerURLs(url).build();
  }

  static WatchRequest watch(String key, String end, long start) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setKey(utf8(key))
                .setRangeEnd(utf8(end))
                .setStartRevision(start))
        .build();
  }

  static TxnRequest txn(RequestOp... ops) {
    return TxnRequest.newBuilder().addAllSuccess(List.of(ops)).build();
  }

  static RequestOp nested(RequestOp op) {
    return RequestOp.newBuilder().setRequestTxn(txn(op)).build();
  }

  static RequestOp put(String key) {
    return RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(utf8(key))).build();
  }

  static RequestOp delete(String key, String end) {
    return RequestOp.newBuilder()
        .setRequestDeleteRange(
            DeleteRangeRequest.newBuilder().setKey(utf8(key)).setRangeEnd(utf8(end)))
        .build();
  }

  static RequestOp read(String key, long revision) {
    return RequestOp.newBuilder()
        .setRequestRange(RangeRequest.newBuilder().setKey(utf8(key)).setRevision(revision))
        .build();
  }

  static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
