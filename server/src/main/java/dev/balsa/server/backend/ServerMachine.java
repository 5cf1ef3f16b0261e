package dev.balsa.server.backend;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.proto.Member;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.session.SessionCommand;
import dev.balsa.raft.session.SessionMachine;
import dev.balsa.raft.session.SessionResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server replicates: the keys, the sessions of clients that want a write to take effect
 * once, and what the members tell about themselves, so that every member can name the client URLs
 * of all. All of it is in the store of the keys, and what one {@link #apply} changes is one batch
 * there. Used by one thread at a time, reads included.
 *
 * <p>A member's own command begins with {@link #PUBLISH} or {@link #CHECK} and one within a
 * client's session with {@link #SESSION}, which no version of kv's command codec begins with;
 * everything else is handed to the store as it is.
 */
public final class ServerMachine implements StateMachine<KvResult> {
  private static final byte PUBLISH = (byte) 0xff;
  private static final byte SESSION = (byte) 0xfe;
  private static final byte CHECK = (byte) 0xfd;

  private final KvMachine kv;
  private final SessionMachine<Answer, Fresh> sessions;
  private final List<ApplyObserver> observers = new ArrayList<>();

  /**
   * The keys as sessions see them: what is done for the first time is noted for the observers, and
   * stays in the open batch.
   */
  private static final class Fresh implements StateMachine<Answer> {
    private final KvMachine kv;
    private final List<KvResult> results = new ArrayList<>();

    Fresh(KvMachine kv) {
      this.kv = kv;
    }

    @Override
    public List<Answer> apply(List<Committed> commands) {
      List<KvResult> done = execute(commands);
      List<Answer> answers = new ArrayList<>(done.size());
      for (int i = 0; i < done.size(); i++) {
        answers.add(new Answer(Answer.userOf(commands.get(i).command()), done.get(i)));
      }
      return answers;
    }

    List<KvResult> execute(List<Committed> commands) {
      List<KvResult> done = kv.execute(commands);
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

  /** A machine around {@code kv}, which nobody else may use any more. */
  public ServerMachine(KvMachine kv) {
    this.kv = kv;
    this.sessions =
        new SessionMachine<>(new Fresh(kv), Answer.CODEC, new SessionsBeside(kv.beside()));
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

  /** The command by which members compare their stores; it changes none. */
  public static Bytes check(StateCheck check) {
    return marked(CHECK, check.encoded());
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

  /** How many sessions of clients are open. */
  public int sessions() {
    return sessions.sessions();
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
    if (!commands.isEmpty()) {
      kv.commit(commands.getLast().id());
    }
    long took = System.nanoTime() - began;
    observers.forEach(
        observer -> {
          observer.applied(kv, fresh);
          observer.took(took);
        });
    return results;
  }

  /** The results of commands that all have this mark. */
  private List<KvResult> alike(byte mark, List<Committed> commands) {
    return switch (mark) {
      case PUBLISH -> commands.stream().map(it -> learn(it.command())).toList();
      case SESSION -> withinSessions(commands);
      case CHECK -> commands.stream().map(this::compare).toList();
      default -> sessions.machine().execute(commands);
    };
  }

  private List<KvResult> withinSessions(List<Committed> marked) {
    List<Committed> commands = marked.stream().map(ServerMachine::unmarked).toList();
    List<SessionResult<Answer>> results = sessions.apply(commands);
    List<KvResult> told = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      told.add(told(commands.get(i).command(), results.get(i)));
    }
    return told;
  }

  /** What the command begins with if that is one of our marks, else 0. */
  private static byte mark(Committed committed) {
    Bytes command = committed.command();
    byte first = command.isEmpty() ? 0 : command.at(0);
    return first == PUBLISH || first == SESSION || first == CHECK ? first : 0;
  }

  private static Committed unmarked(Committed committed) {
    Bytes command = committed.command();
    return new Committed(committed.id(), command.slice(1, command.length()));
  }

  private KvResult told(Bytes command, SessionResult<Answer> result) {
    return switch (result) {
      case SessionResult.Done<Answer>(Answer answer, boolean repeated) ->
          !repeated || answer.user().equals(userOf(command))
              ? answer.result()
              : failed(KvError.PERMISSION_DENIED);
      case SessionResult.Opened<Answer>(long session) ->
          new KvResult.SessionDone(kv.revision(), session);
      case SessionResult.Alive<Answer>() -> new KvResult.SessionDone(kv.revision(), 0);
      case SessionResult.Closed<Answer>() -> new KvResult.SessionDone(kv.revision(), 0);
      case SessionResult.Expired<Answer>() -> failed(KvError.SESSION_EXPIRED);
      case SessionResult.Refused<Answer>(SessionResult.Reason reason) ->
          failed(
              switch (reason) {
                case SUPERSEDED -> KvError.SESSION_SUPERSEDED;
                case WINDOW_FULL -> KvError.SESSION_FULL;
                case TOO_MANY_SESSIONS -> KvError.TOO_MANY_SESSIONS;
                case MALFORMED -> KvError.MALFORMED;
              });
    };
  }

  /** Who asks within a session. */
  private static Bytes userOf(Bytes command) {
    return SessionCommand.decode(command) instanceof SessionCommand.Request request
        ? Answer.userOf(request.command())
        : Bytes.EMPTY;
  }

  private KvResult failed(KvError error) {
    return new KvResult.Failed(error, kv.revision());
  }

  /** The last entry that the store held when this machine was made. */
  @Override
  public EntryId recovered() {
    return kv.recovered();
  }

  /**
   * Freezes the keys, and what stands beside them: the sessions, and what the members told of
   * themselves. May be written repeatedly.
   */
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
    sessions.restore(source);
    observers.forEach(observer -> observer.attached(kv));
  }

  /** Whether {@code command} is one of {@link #publish}. */
  public static boolean isPublication(Bytes command) {
    return !command.isEmpty() && command.at(0) == PUBLISH;
  }

  /** Whether {@code command} opens, keeps, closes or is sent within a client session. */
  public static boolean isOfSession(Bytes command) {
    return !command.isEmpty() && command.at(0) == SESSION;
  }

  /** Whether {@code command} is one of {@link #check}. */
  public static boolean isCheck(Bytes command) {
    return !command.isEmpty() && command.at(0) == CHECK;
  }

  /** Only the observers learn anything, at the place where this stands. */
  private KvResult compare(Committed committed) {
    switch (StateCheck.decode(unmarked(committed).command())) {
      case null -> {
        return failed(KvError.MALFORMED);
      }
      case StateCheck.Look look -> {
        var state = new StateCheck.State(kv.revision(), kv.stateHash());
        observers.forEach(observer -> observer.looked(committed.id().index(), state));
      }
      case StateCheck.Seen seen -> observers.forEach(observer -> observer.seen(kv, seen));
      case StateCheck.Exam exam -> observers.forEach(observer -> observer.examined(kv, exam));
      case StateCheck.Hashed hashed -> observers.forEach(observer -> observer.hashed(hashed));
    }
    return unchanged();
  }

  /** As a transaction that did nothing. */
  private KvResult unchanged() {
    return new KvResult.TxnDone(kv.revision(), true, List.of());
  }

  private KvResult learn(Bytes command) {
    Bytes message = command.slice(1, command.length());
    Member member = member(message);
    if (member == null) {
      return failed(KvError.MALFORMED);
    }
    kv.beside().put(name(new NodeId(member.getID())), Bytes.wrap(message.toByteArray()));
    return unchanged();
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
