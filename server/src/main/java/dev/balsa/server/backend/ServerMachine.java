package dev.balsa.server.backend;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResultCodec;
import dev.balsa.proto.Member;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.ResultCodec;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the server replicates: the keys, and what the members tell about themselves, so that every
 * member can name the client URLs of all. Used by one thread at a time, reads included.
 *
 * <p>A member's own command begins with {@link #PUBLISH} and one within a client's session with
 * {@link #SESSION}, which no version of kv's command codec begins with; everything else is handed
 * to the store as it is.
 */
public final class ServerMachine implements StateMachine<KvResult> {
  private static final byte PUBLISH = (byte) 0xff;
  private static final byte SESSION = (byte) 0xfe;

  private final KvMachine kv;
  private final SessionMachine<KvResult, Fresh> sessions;
  private final TreeMap<NodeId, Member> published = new TreeMap<>();
  private final List<ApplyObserver> observers = new ArrayList<>();

  /** The keys as sessions see them: what is done for the first time is noted for the observers. */
  private static final class Fresh implements StateMachine<KvResult> {
    private final KvMachine kv;
    private final List<KvResult> results = new ArrayList<>();

    Fresh(KvMachine kv) {
      this.kv = kv;
    }

    @Override
    public List<KvResult> apply(List<Committed> commands) {
      List<KvResult> done = kv.apply(commands);
      results.addAll(done);
      return done;
    }

    @Override
    public Capture capture() {
      return kv.capture();
    }

    @Override
    public void restore(Source source) {
      kv.restore(source);
    }
  }

  private static final ResultCodec<KvResult> CODEC =
      new ResultCodec<>() {
        @Override
        public Bytes encode(KvResult result) {
          return KvResultCodec.encode(result);
        }

        @Override
        public KvResult decode(Bytes bytes) {
          return KvResultCodec.decode(bytes);
        }
      };

  /** A machine around {@code kv}, which nobody else may use any more. */
  public ServerMachine(KvMachine kv) {
    this.kv = kv;
    this.sessions = new SessionMachine<>(new Fresh(kv), CODEC);
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
    return marked(PUBLISH, message);
  }

  /** The command that does what {@code command} says of a client's session, or within it. */
  public static Bytes session(SessionCommand command) {
    return marked(SESSION, command.encode().toByteArray());
  }

  private static Bytes marked(byte mark, byte[] message) {
    byte[] command = new byte[1 + message.length];
    command[0] = mark;
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
    List<KvResult> fresh = sessions.machine().results;
    fresh.clear();
    List<KvResult> results = new ArrayList<>(commands.size());
    for (int from = 0, to; from < commands.size(); from = to) {
      byte mark = mark(commands.get(from));
      to = from + 1;
      while (to < commands.size() && mark(commands.get(to)) == mark) {
        to++;
      }
      results.addAll(alike(mark, commands.subList(from, to)));
    }
    observers.forEach(observer -> observer.applied(kv, fresh));
    return results;
  }

  /** The results of commands that all have this mark. */
  private List<KvResult> alike(byte mark, List<Committed> commands) {
    return switch (mark) {
      case PUBLISH -> commands.stream().map(it -> learn(it.command())).toList();
      case SESSION ->
          sessions.apply(commands.stream().map(ServerMachine::unmarked).toList()).stream()
              .map(this::told)
              .toList();
      default -> sessions.machine().apply(commands);
    };
  }

  /** What the command begins with if that is one of our marks, else 0. */
  private static byte mark(Committed committed) {
    Bytes command = committed.command();
    byte first = command.isEmpty() ? 0 : command.at(0);
    return first == PUBLISH || first == SESSION ? first : 0;
  }

  private static Committed unmarked(Committed committed) {
    Bytes command = committed.command();
    return new Committed(committed.id(), command.slice(1, command.length()));
  }

  private KvResult told(SessionResult<KvResult> result) {
    return switch (result) {
      case SessionResult.Done<KvResult>(KvResult done, boolean repeated) -> done;
      case SessionResult.Opened<KvResult>(long session) ->
          new KvResult.SessionDone(kv.revision(), session);
      case SessionResult.Alive<KvResult>() -> new KvResult.SessionDone(kv.revision(), 0);
      case SessionResult.Closed<KvResult>() -> new KvResult.SessionDone(kv.revision(), 0);
      case SessionResult.Expired<KvResult>() -> failed(KvError.SESSION_EXPIRED);
      case SessionResult.Refused<KvResult>(SessionResult.Reason reason) ->
          failed(
              switch (reason) {
                case SUPERSEDED -> KvError.SESSION_SUPERSEDED;
                case WINDOW_FULL -> KvError.SESSION_FULL;
                case TOO_MANY_SESSIONS -> KvError.TOO_MANY_SESSIONS;
                case MALFORMED -> KvError.MALFORMED;
              });
    };
  }

  private KvResult failed(KvError error) {
    return new KvResult.Failed(error, kv.revision());
  }

  /** Freezes what the members told of themselves, then the sessions and the keys. */
  @Override
  public Capture capture() {
    List<Bytes> members =
        published.values().stream().map(member -> Bytes.wrap(member.toByteArray())).toList();
    Capture keys = Objects.requireNonNull(sessions.capture(), "the keys can be captured");
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
    sessions.restore(source);
    observers.forEach(observer -> observer.attached(kv));
  }

  /** Answers as a transaction that did nothing: the keys are as they were. */
  private KvResult learn(Bytes command) {
    Member member = member(command.slice(1, command.length()));
    if (member == null) {
      return failed(KvError.MALFORMED);
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
