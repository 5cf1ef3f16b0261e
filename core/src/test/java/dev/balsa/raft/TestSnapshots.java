package dev.balsa.raft;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host's side of snapshots in tests: what they hold, and how one arrives in parts. */
final class TestSnapshots {
  private @Nullable SnapshotMeta incoming;
  private final List<Bytes> parts = new ArrayList<>();
  private long held;

  /** A snapshot of a state that is one number, and as long as {@code padding} says. */
  static TestDisk.Snapshot of(EntryId last, Membership membership, long state, int padding) {
    Bytes data = Bytes.utf8(state + " " + "x".repeat(padding));
    return new TestDisk.Snapshot(
        new SnapshotMeta(last, membership, data.length(), data.hashCode()), data);
  }

  /** The number in a snapshot. */
  static long state(TestDisk.Snapshot snapshot) {
    String text = snapshot.data().toUtf8();
    return Long.parseLong(text.substring(0, text.indexOf(' ')));
  }

  /** Keeps a part; gives the whole snapshot once it is complete. */
  TestDisk.@Nullable Snapshot store(Ready.SnapshotWork.Store part) {
    if (part.offset() == 0) {
      incoming = part.snapshot();
      parts.clear();
      held = 0;
    }
    Require.invariant(
        part.snapshot().equals(incoming) && part.offset() == held,
        "%s at %s, %s bytes of %s are held",
        part.snapshot(),
        part.offset(),
        held,
        incoming);
    parts.add(part.data());
    held += part.data().length();
    if (held < part.snapshot().bytes()) {
      return null;
    }
    byte[] whole = new byte[Math.toIntExact(held)];
    int[] at = {0};
    for (Bytes bytes : parts) {
      bytes.writeTo(
          (array, offset, length) -> {
            System.arraycopy(array, offset, whole, at[0], length);
            at[0] += length;
          });
    }
    Bytes data = Bytes.wrap(whole);
    Require.invariant(data.hashCode() == part.snapshot().checksum(), "%s damaged", incoming);
    return new TestDisk.Snapshot(part.snapshot(), data);
  }
}
