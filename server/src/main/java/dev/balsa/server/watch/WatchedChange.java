package dev.balsa.server.watch;

import com.google.protobuf.ByteString;
import dev.balsa.kv.Change;
import dev.balsa.proto.Event;
import dev.balsa.proto.KeyValue;
import dev.balsa.raft.Bytes;
import dev.balsa.server.rpc.KvMapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change and its wire form, which all who watch it share; made when the first one needs it. */
final class WatchedChange {
  private final Change change;
  private @Nullable Event plain;
  private @Nullable Event withPrev;

  WatchedChange(Change change) {
    this.change = change;
  }

  static List<WatchedChange> of(List<Change> changes) {
    return changes.stream().map(WatchedChange::new).toList();
  }

  Bytes key() {
    return change.kv().key();
  }

  long revision() {
    return change.revision();
  }

  boolean isDelete() {
    return change.isDelete();
  }

  /** About its size on the wire, in bytes. */
  long bytes() {
    return change.bytes();
  }

  Event event(boolean prev) {
    if (prev && change.prev() != null) {
      if (withPrev == null) {
        withPrev = plain().toBuilder().setPrevKv(KvMapping.keyValue(change.prev())).build();
      }
      return withPrev;
    }
    return plain();
  }

  private Event plain() {
    if (plain == null) {
      Event.EventType type = isDelete() ? Event.EventType.DELETE : Event.EventType.PUT;
      plain = Event.newBuilder().setType(type).setKv(kv()).build();
    }
    return plain;
  }

  private KeyValue kv() {
    if (!isDelete()) {
      return KvMapping.keyValue(change.kv());
    }
    ByteString key = KvMapping.byteString(key());
    return KeyValue.newBuilder().setKey(key).setModRevision(revision()).build();
  }
}
