package dev.balsa.server.backend;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.proto.Member;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server replicates: the keys, and what the members tell about themselves, so that every
 * member can name the client URLs of all. Used by one thread at a time, reads included.
 *
 * <p>A member's own command begins with {@link #PUBLISH}, which no version of kv's command codec
 * begins with; everything else is handed to the store as it is.
 */
public final class ServerMachine implements StateMachine<KvResult> {
  private static final byte PUBLISH = (byte) 0xff;

  private final KvMachine kv;
  private final List<ApplyObserver> observers = new ArrayList<>();

  /** A machine around {@code kv}, which nobody else may use any more. */
  public ServerMachine(KvMachine kv) {
    this.kv = kv;
  }

  /** The command by which {@code member} tells its name and client URLs to all. */
  public static Bytes publish(ClusterMember member) {
    byte[] message =
        Member.newBuilder()
            .setID(member.id().value())
            .setName(member.name())
            .addAllClientURLs(member.clientUrls())
            .build()
            .toByteArray();
    byte[] command = new byte[1 + message.length];
    command[0] = PUBLISH;
    System.arraycopy(message, 0, command, 1, message.length);
    return Bytes.wrap(command);
  }

  /** From now on {@code observer} is told of everything; first of what there is already. */
  public void observe(ApplyObserver observer) {
    observers.add(observer);
    observer.attached(kv);
  }

  /** The keys. */
  public KvMachine kv() {
    return kv;
  }

  /** {@code member} with the name and the client URLs it has published, if it has. */
  public ClusterMember completed(ClusterMember member) {
    Bytes kept = kv.beside().get(name(member.id()));
    Member known = kept == null ? null : member(kept);
    return known == null
        ? member
        : new ClusterMember(
            member.id(), known.getName(), member.peerUrls(), known.getClientURLsList());
  }

  @Override
  public List<KvResult> apply(List<Committed> commands) {
    long began = System.nanoTime();
    List<KvResult> results = results(commands);
    long took = System.nanoTime() - began;
    observers.forEach(
        observer -> {
          observer.applied(kv, results);
          observer.took(took);
        });
    return results;
  }

  private List<KvResult> results(List<Committed> commands) {
    if (commands.stream().map(Committed::command).noneMatch(ServerMachine::isPublication)) {
      return kv.apply(commands);
    }
    List<KvResult> results = new ArrayList<>(commands.size());
    for (Committed command : commands) {
      if (isPublication(command.command())) {
        results.add(learn(command));
      } else {
        results.addAll(kv.apply(List.of(command)));
      }
    }
    return results;
  }

  /** The last entry that the store held when this machine was made. */
  @Override
  public EntryId recovered() {
    return kv.recovered();
  }

  /** Freezes the keys and what the members told of themselves, which stands beside them. */
  @Override
  public Capture capture() {
    return kv.capture();
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.balsa.kv.MalformedBytesException if the parts are not a snapshot of this format
   */
  @Override
  public void restore(Source source) {
    kv.restore(source);
    observers.forEach(observer -> observer.attached(kv));
  }

  /** Whether {@code command} is one of {@link #publish}. */
  public static boolean isPublication(Bytes command) {
    return !command.isEmpty() && command.at(0) == PUBLISH;
  }

  /** Answers as a transaction that did nothing: the keys are as they were. */
  private KvResult learn(Committed publication) {
    Bytes command = publication.command();
    Bytes message = command.slice(1, command.length());
    Member member = member(message);
    if (member != null) {
      kv.beside().put(name(new NodeId(member.getID())), Bytes.wrap(message.toByteArray()));
    }
    kv.commit(publication.id());
    return member == null
        ? new KvResult.Failed(KvResult.KvError.MALFORMED, kv.revision())
        : new KvResult.TxnDone(kv.revision(), true, List.of());
  }

  /** Where beside the keys a member's own words are kept. */
  private static Bytes name(NodeId member) {
    return Bytes.utf8("member " + member);
  }

  private static @Nullable Member member(Bytes message) {
    try {
      return Member.parseFrom(message.toByteArray());
    } catch (InvalidProtocolBufferException malformed) {
      return null;
    }
  }
}
