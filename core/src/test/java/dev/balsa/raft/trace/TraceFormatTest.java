package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Configured;
import dev.balsa.raft.Denied;
import dev.balsa.raft.ElectionRules;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.HardState;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Input;
import dev.balsa.raft.LeaseRules;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.RaftConfig;
import dev.balsa.raft.ReadMode;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Restored;
import dev.balsa.raft.Seat;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SnapshotRules;
import dev.balsa.raft.Status;
import dev.balsa.raft.TransferFailure;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The format keeps all that a core may be told and say. */
class TraceFormatTest {
  private static final NodeId NODE = new NodeId(-77);
  private static final EntryId ID = new EntryId(3, 7);
  private static final Bytes ZEROS = Bytes.copyOf(new byte[5]);
  private static final Membership MEMBERS =
      new Membership(
          List.of(
              new Member(NODE, Seat.VOTER, ZEROS, new IncarnationId(-5)),
              new Member(new NodeId(2), Seat.JOINING)),
          List.of(new NodeId(9)));
  private static final LogSlice SLICE =
      new LogSlice(
          ID,
          List.of(
              new Entry(new EntryId(3, 8), new Payload.Command(ZEROS)),
              new Entry(new EntryId(5, 9), new Payload.NoOp()),
              new Entry(new EntryId(5, 10), new Payload.Configuration(MEMBERS))));

  private static final Map<Class<?>, Object> SAMPLES =
      Map.ofEntries(
          Map.entry(long.class, 1L << 40),
          Map.entry(int.class, 300),
          Map.entry(boolean.class, true),
          Map.entry(NodeId.class, NODE),
          Map.entry(EntryId.class, ID),
          Map.entry(Bytes.class, ZEROS),
          Map.entry(Membership.class, MEMBERS),
          Map.entry(LogSlice.class, SLICE),
          Map.entry(SnapshotMeta.class, new SnapshotMeta(ID, MEMBERS, 12, -3)),
          Map.entry(IncarnationId.class, new IncarnationId(-6)),
          Map.entry(ReadMode.class, new ReadMode.Bounded(5, Long.MAX_VALUE)),
          Map.entry(Message.class, new Message.Forward(NODE, 3, -4, List.of(ZEROS, ZEROS))),
          Map.entry(Refusal.class, Refusal.LAST_VOTER),
          Map.entry(TransferFailure.class, TransferFailure.TIMED_OUT),
          Map.entry(Event.Denial.class, Event.Denial.LEADER_ALIVE),
          Map.entry(
              Denied.class,
              new Denied(Event.Denial.BEHIND_LOST_ENTRIES, new EntryId(4, Long.MAX_VALUE), NODE)),
          Map.entry(Event.StepDown.class, Event.StepDown.REMOVED));

  private static final Map<String, List<?>> LISTS =
      Map.of(
          "commands", List.of(ZEROS, Bytes.EMPTY),
          "changes",
              List.of(new Change.Add(NODE, Seat.LEARNER, ZEROS), new Change.Demote(new NodeId(2))),
          "lost", List.of(NODE, new NodeId(2)));

  static Stream<Class<?>> all() {
    return Stream.of(Event.class, Message.class, Input.class)
        .flatMap(kinds -> Arrays.stream(kinds.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsWrittenIsReadAgain(Class<?> kind) throws ReflectiveOperationException {
    Object sample = sample(kind);
    TraceOut out = new TraceOut();
    write(out, sample);
    write(out, sample); // told by the distance from the first

    TraceIn in = new TraceIn(out.toByteArray());

    assertThat(read(in, sample)).isEqualTo(sample);
    assertThat(read(in, sample)).isEqualTo(sample);
    assertThat(in.isAtEnd()).isTrue();
  }

  private static Object sample(Class<?> kind) throws ReflectiveOperationException {
    RecordComponent[] parts = kind.getRecordComponents();
    Object[] values = new Object[parts.length];
    Class<?>[] types = new Class<?>[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      values[i] = value(parts[i]);
    }
    if (Arrays.asList(types).contains(Denied.class)) { // then the vote was not granted
      Arrays.setAll(values, i -> types[i] == boolean.class ? false : values[i]);
    }
    return kind.getDeclaredConstructor(types).newInstance(values);
  }

  private static Object value(RecordComponent part) {
    Object value =
        part.getType() == List.class ? LISTS.get(part.getName()) : SAMPLES.get(part.getType());
    return Objects.requireNonNull(value, part.toString());
  }

  static Stream<Message> answersAboutVotes() {
    return Stream.of(
        new Message.VoteReply(NODE, 3, true),
        new Message.VoteReply(NODE, 3, false),
        new Message.VoteReply(NODE, 3, false, new Denied(Event.Denial.LEADER_ALIVE, ID, null)),
        new Message.PreVoteReply(NODE, 3, true, 4),
        new Message.PreVoteReply(NODE, 3, false, 4));
  }

  @ParameterizedTest
  @MethodSource("answersAboutVotes")
  void anAnswerAboutAVoteNeedNotSayWhyNorNameANode(Message answer) {
    TraceOut out = new TraceOut();

    Messages.write(out, answer);

    assertThat(Messages.read(new TraceIn(out.toByteArray()))).isEqualTo(answer);
  }

  private static void write(TraceOut out, Object sample) {
    switch (sample) {
      case Event event -> Events.write(out, event);
      case Message message -> Messages.write(out, message);
      case Input input -> Inputs.write(out, input);
      default -> throw new IllegalArgumentException(sample.toString());
    }
  }

  private static Object read(TraceIn in, Object sample) {
    return switch (sample) {
      case Event event -> Events.read(in);
      case Message message -> Messages.read(in);
      default -> Inputs.read(in);
    };
  }

  static Stream<Beginning> beginnings() {
    RaftConfig config =
        RaftConfig.of(NODE, -9)
            .withTimings(20, 30, 10)
            .withWindow(40, 50, 60)
            .withMemory(70, 80)
            .withElection(new ElectionRules(false, true, 2))
            .withSnapshots(new SnapshotRules(90, 100, 110, 120))
            .withLease(LeaseRules.within(130))
            .withRestAfter(140);
    SnapshotMeta snapshot = new SnapshotMeta(new EntryId(3, 6), MEMBERS, 12, -3);
    Restored restored =
        new Restored(
            new HardState(4, NODE),
            snapshot,
            new EntryId(2, 5),
            List.of(new EntryId(3, 6)),
            ID,
            List.of(new Configured(ID, MEMBERS)),
            new IncarnationId(-6),
            new EntryId(4, Long.MAX_VALUE));
    return Stream.of(
        new Beginning(config, MEMBERS, restored),
        new Beginning(RaftConfig.of(NODE, 1), Membership.UNKNOWN, Restored.NOTHING));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void whatAProcessWasStartedWithIsReadAgain(Beginning beginning) {
    TraceOut out = new TraceOut();

    beginning.write(out);

    TraceIn in = new TraceIn(out.toByteArray());
    assertThat(Beginning.read(in)).isEqualTo(beginning);
    assertThat(in.isAtEnd()).isTrue();
  }

  @Test
  void everySeatAndEveryChangeIsReadAgain() {
    List<Member> members = new ArrayList<>();
    for (Seat seat : Seat.values()) {
      members.add(new Member(new NodeId(members.size()), seat));
    }
    Membership membership = new Membership(members, List.of());
    List<Change> changes =
        List.of(
            new Change.Add(new NodeId(1), Seat.JOINING, ZEROS),
            new Change.Promote(new NodeId(2)),
            new Change.Demote(new NodeId(3)),
            new Change.Remove(new NodeId(4)),
            new Change.Update(new NodeId(5), ZEROS));
    TraceOut out = new TraceOut();

    Values.write(out, membership);
    Values.writeChanges(out, changes);

    TraceIn in = new TraceIn(out.toByteArray());
    assertThat(Values.membership(in)).isEqualTo(membership);
    assertThat(Values.changes(in)).isEqualTo(changes);
  }

  /** Behind {@code 0/0} comes one entry of term 1 with this head, and {@code last} is said last. */
  private static TraceIn slice(long head, long last) {
    TraceOut out = new TraceOut();
    Values.write(out, EntryId.ZERO);
    return new TraceIn(out.count(1).count(head).term(1).index(last).toByteArray());
  }

  @Test
  void anEntryHoldsUpToSixtyFourMebibytes() {
    long most = 2 * (2 + (64L << 20)) + 1; // a command of that length, in a new term

    assertThat(Values.slice(slice(most, 1)).bytes()).isEqualTo(Entry.OVERHEAD_BYTES + (64 << 20));
    assertThatThrownBy(() -> Values.slice(slice(most + 2, 1)))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("at most " + most + " can be");
  }

  @Test
  void entriesThatDoNotEndWhereTheySayAreRefused() {
    assertThat(Values.slice(slice(1, 1)).last()).isEqualTo(new EntryId(1, 1));
    assertThatThrownBy(() -> Values.slice(slice(1, 2)))
        .isInstanceOf(TraceException.class)
        .hasMessage("has entries that do not end where it says");
  }

  @Test
  void whatClientsWroteIsNotInIt() {
    Input secret = new Input.Propose(1, List.of(Bytes.utf8("secret")));
    TraceOut out = new TraceOut();

    Inputs.write(out, secret);

    assertThat(new String(out.toByteArray(), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    assertThat(Inputs.read(new TraceIn(out.toByteArray())))
        .isEqualTo(new Input.Propose(1, List.of(Bytes.copyOf(new byte[6]))));
  }

  /** A constant is told by its place: new ones come last, or the format's version rises. */
  @Test
  void aConstantsPlaceDoesNotChange() {
    assertThat(names(Status.RoleName.values()))
        .isEqualTo("FOLLOWER PRE_CANDIDATE CANDIDATE LEADER");
    assertThat(names(Event.Denial.values()))
        .startsWith("ALREADY_VOTED LOG_BEHIND BEHIND_LOST_ENTRIES STALE_TERM LEADER_ALIVE");
    assertThat(names(Event.StepDown.values()))
        .startsWith("HIGHER_TERM QUORUM_SILENT STOOD_STILL LEADER_FOUND REMOVED");
    assertThat(names(TransferFailure.values()))
        .startsWith(
            "NOT_LEADER ALREADY_LEADER NOT_A_VOTER IN_PROGRESS TARGET_SILENT TARGET_BEHIND");
    assertThat(names(Refusal.values()))
        .startsWith("NO_LEADER LEADER_CHANGED TRANSFERRING UNCOMMITTED_BYTES DISK_FULL QUEUE_FULL")
        .contains("LEADER_NOT_READY TOO_STALE CHANGE_IN_PROGRESS UNKNOWN_MEMBER MEMBER_EXISTS")
        .contains("ID_REUSED NOT_A_LEARNER NOT_A_VOTER NOT_CAUGHT_UP LAST_VOTER QUORUM_LOST");
  }

  private static String names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).collect(Collectors.joining(" "));
  }
}
