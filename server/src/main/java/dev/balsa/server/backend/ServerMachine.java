package dev.balsa.server.backend;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.proto.Member;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
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
  private final TreeMap<NodeId, Member> published = new TreeMap<>();
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
    Member known = published.get(member.id());
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
        results.add(learn(command.command()));
      } else {
        results.addAll(kv.apply(List.of(command)));
      }
    }
    return results;
  }

  /** Freezes what the members told of themselves, then the keys; may be written repeatedly. */
  @Override
  public Capture capture() {
    List<Bytes> members =
        published.values().stream().map(member -> Bytes.wrap(member.toByteArray())).toList();
    Capture keys = kv.capture();
    return new Capture() {
      @Override
      public void writeTo(Sink sink) {
        members.forEach(sink::write);
        sink.write(Bytes.EMPTY);
        keys.writeTo(sink);
      }

      @Override
      public void close() {
        keys.close();
      }
    };
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the parts are not a snapshot of this machine
   */
  @Override
  public void restore(Source source) {
    TreeMap<NodeId, Member> members = new TreeMap<>();
    Bytes part = source.read();
    while (part != null && !part.isEmpty()) {
      Member member = member(part);
      if (member == null) {
        throw new IllegalArgumentException(
            "snapshot has a member of %d bytes that is malformed".formatted(part.length()));
      }
      members.put(new NodeId(member.getID()), member);
      part = source.read();
    }
    published.clear();
    published.putAll(members);
    kv.restore(source);
    observers.forEach(observer -> observer.attached(kv));
  }

  /** Whether {@code command} is one of {@link #publish}. */
  public static boolean isPublication(Bytes command) {
    return !command.isEmpty() && command.at(0) == PUBLISH;
  }

  /** Answers as a transaction that did nothing: the keys are as they were. */
  private KvResult learn(Bytes command) {
    Member member = member(command.slice(1, command.length()));
    if (member == null) {
      return new KvResult.Failed(KvResult.KvError.MALFORMED, kv.revision());
    }
    published.put(new NodeId(member.getID()), member);
    return new KvResult.TxnDone(kv.revision(), true, List.of());
  }

  private static @Nullable Member member(Bytes message) {
    try {
      return Member.parseFrom(message.toByteArray());
    } catch (InvalidProtocolBufferException malformed) {
      return null;
    }
  }
}
