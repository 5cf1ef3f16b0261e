package dev.balsa.server.backend;

import dev.balsa.kv.Beside;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.session.SessionRows;
import java.util.function.BiConsumer;

/** The sessions' rows, beside the keys: in the batch that holds what a session's writes did. */
final class SessionsBeside implements SessionRows {
  private static final Bytes PREFIX = Bytes.utf8("session ");

  private final Beside beside;

  SessionsBeside(Beside beside) {
    this.beside = beside;
  }

  @Override
  public void put(Bytes name, Bytes value) {
    beside.put(full(name), value);
  }

  @Override
  public void remove(Bytes name) {
    beside.remove(full(name));
  }

  @Override
  public void forEach(BiConsumer<Bytes, Bytes> row) {
    for (Beside.Kept kept : beside.all(PREFIX)) {
      row.accept(kept.name().slice(PREFIX.length(), kept.name().length()), kept.value());
    }
  }

  private static Bytes full(Bytes name) {
    byte[] prefix = PREFIX.toByteArray();
    byte[] all = new byte[prefix.length + name.length()];
    System.arraycopy(prefix, 0, all, 0, prefix.length);
    System.arraycopy(name.toByteArray(), 0, all, prefix.length, name.length());
    return Bytes.wrap(all);
  }
}
