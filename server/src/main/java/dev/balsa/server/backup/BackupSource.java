package dev.balsa.server.backup;

import dev.balsa.kv.KvMachine;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine;
import dev.balsa.server.backend.ServerMachine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A member's frozen state, to be written as a backup by one thread, which need not be the one that
 * froze it.
 */
public final class BackupSource implements AutoCloseable {
  /** Of a cluster that was never written to, which is restored as if it had been once. */
  private static final EntryId FIRST = new EntryId(1, 1);

  private final BackupHead head;
  private final StateMachine.Capture state;

  private BackupSource(BackupHead head, StateMachine.Capture state) {
    this.head = head;
    this.state = state;
  }

  /** Freezes {@code machine}, on the thread that applies commands. */
  public static BackupSource of(ServerMachine machine) {
    KvMachine kv = machine.kv();
    EntryId last = kv.applied().index() == 0 ? FIRST : kv.applied();
    return new BackupSource(new BackupHead(last, kv.revision(), kv.keys()), machine.capture());
  }

  /** Takes the bytes of a backup in order, in pieces of any size; may block. */
  @FunctionalInterface
  public interface Target {
    void write(byte[] bytes);
  }

  /** The newest revision in it. */
  public long revision() {
    return head.revision();
  }

  /** How many bytes {@link #writeTo} writes. Reads the whole state once. */
  public long bytes() {
    long[] content = {BackupFormat.HEAD_BYTES + Integer.BYTES};
    state.writeTo(part -> content[0] += Integer.BYTES + part.length());
    return content[0] + BackupFormat.padding(content[0]) + BackupFormat.SHA_BYTES;
  }

  /** Writes all of it. */
  public void writeTo(Target target) {
    Digesting out = new Digesting(target);
    out.write(BackupFormat.head(head));
    state.writeTo(part -> out.write(framed(part)));
    out.write(number(BackupFormat.END));
    out.write(new byte[BackupFormat.padding(out.bytes)]);
    target.write(out.digest.digest());
  }

  private static byte[] framed(Bytes part) {
    return ByteBuffer.allocate(Integer.BYTES + part.length())
        .putInt(part.length())
        .put(part.toByteArray())
        .array();
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** What was written so far, beside its hash. */
  private static final class Digesting implements Target {
    private final Target target;
    private final MessageDigest digest = sha256();
    private long bytes;

    Digesting(Target target) {
      this.target = target;
    }

    @Override
    public void write(byte[] piece) {
      digest.update(piece);
      bytes += piece.length;
      target.write(piece);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  @Override
  public void close() {
    state.close();
  }
}
