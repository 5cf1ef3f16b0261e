package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The value types refuse what cannot be, and order as the paper and etcd do. */
class ValuesTest {
  private static final NodeId ONE = new NodeId(1);

  private static Entry entry(long term, long index) {
    return new Entry(new EntryId(term, index), new Payload.NoOp());
  }

  @Property
  void entryIdsOrderByTermThenIndex(@ForAll byte t1, @ForAll byte i1, @ForAll byte t2) {
    EntryId left = new EntryId(1 + (t1 & 3), 1 + (i1 & 7));
    EntryId right = new EntryId(1 + (t2 & 3), 4);
    int expected =
        left.term() < right.term()
            ? -1
            : left.term() > right.term() ? 1 : Long.signum(left.index() - right.index());

    assertThat(Integer.signum(left.compareTo(right))).isEqualTo(expected);
    assertThat(Integer.signum(right.compareTo(left))).isEqualTo(-expected);
  }

  @Test
  void anEntryIdIsAPlaceOrZero() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EntryId(-1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EntryId(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EntryId(1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entry(EntryId.ZERO, new Payload.NoOp()));
  }

  @Test
  void aSliceHasNeitherGapNorFallingTerm() {
    EntryId prev = new EntryId(2, 4);

    assertThat(new LogSlice(prev, List.of(entry(2, 5), entry(3, 6))).last())
        .isEqualTo(new EntryId(3, 6));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LogSlice(prev, List.of(entry(2, 6))))
        .withMessage("entry 2/6 does not continue 2/4");
    assertThatIllegalArgumentException().isThrownBy(() -> new LogSlice(prev, List.of(entry(1, 5))));
    assertThat(new LogSlice(prev, List.of()).last()).isEqualTo(prev);
    assertThat(new LogSlice(prev, List.of()).isEmpty()).isTrue();
    assertThat(new LogSlice(prev, List.of(entry(2, 5))).isEmpty()).isFalse();
  }

  @Test
  void whatIsRestoredMustBeALog() {
    HardState state = new HardState(3, null);
    EntryId first = new EntryId(1, 1);
    EntryId last = new EntryId(3, 7);

    assertThat(new Restored(state, List.of(first, new EntryId(3, 5)), last).last()).isEqualTo(last);
    assertThatIllegalArgumentException().isThrownBy(() -> new Restored(state, List.of(), last));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Restored(state, List.of(first), last))
        .withMessage("log ends at 3/7, its last term begins at 1/1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Restored(state, List.of(new EntryId(3, 2)), last));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Restored(new HardState(2, null), List.of(first), last))
        .withMessage("log ends at 3/7, after the term 2 on disk");
  }

  @Test
  void splitMixGivesThePublishedNumbers() {
    SplitMix random = new SplitMix(1234567);

    assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(random.nextLong()).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
  }

  @Property
  void bytesOrderAsUnsignedAndEqualByContent(@ForAll byte[] left, @ForAll byte[] right) {
    Bytes a = Bytes.copyOf(left);
    Bytes b = Bytes.copyOf(right);

    assertThat(Integer.signum(a.compareTo(b)))
        .isEqualTo(Integer.signum(Arrays.compareUnsigned(left, right)));
    assertThat(a.equals(b)).isEqualTo(Arrays.equals(left, right));
    assertThat(a.slice(0, a.length() / 2))
        .isEqualTo(Bytes.copyOf(Arrays.copyOf(left, left.length / 2)))
        .hasSameHashCodeAs(Bytes.copyOf(Arrays.copyOf(left, left.length / 2)));
    assertThat(a.startsWith(a.slice(0, a.length() / 2))).isTrue();
  }

  @Test
  void aSliceOfBytesStaysWithinThem() {
    Bytes bytes = Bytes.utf8("abcdef").slice(1, 4);

    assertThat(bytes.toUtf8()).isEqualTo("bcd");
    assertThatThrownBy(() -> bytes.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> bytes.slice(0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(bytes.startsWith(Bytes.utf8("bcde"))).isFalse();
  }

  @Test
  void aConfigurationNamesWhatIsWrong() {
    RaftConfig config = RaftConfig.of(ONE, 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withTimings(5, 5, 1))
        .withMessage("election timeout 5..5 ns is no range");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withTimings(5, 9, 5))
        .withMessage("heartbeat 5 ns must be positive and below the election timeout 5 ns");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withWindow(0, 1, 1))
        .withMessage("appendBytesMax is 0, must be positive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withMemory(1, -2))
        .withMessage("cacheBytesMax is -2, must be positive");
  }

  @Test
  void aMembershipIsSortedAndUnambiguous() {
    NodeId high = new NodeId(-1);

    assertThat(new Membership(List.of(high, ONE)).voters()).containsExactly(ONE, high);
    assertThatIllegalArgumentException().isThrownBy(() -> new Membership(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Membership(List.of(ONE, ONE)));
  }

  @Test
  void everyBoundOfAConfigurationMayBeOneAndNotZero() {
    RaftConfig config = RaftConfig.of(ONE, 1);

    assertThat(config.withTimings(2, 3, 1).heartbeatNanos()).isOne();
    assertThat(config.withWindow(1, 1, 1).inflightMessagesMax()).isOne();
    assertThat(config.withMemory(1, 1).cacheBytesMax()).isOne();
    assertThat(config.withRestAfter(1).restAfterNanos()).isOne();
    assertThatIllegalArgumentException().isThrownBy(() -> config.withTimings(0, 3, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withTimings(2, 3, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withWindow(1, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withWindow(1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMemory(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMemory(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withRestAfter(0));
  }

  @Test
  void theDefaultsAreThePapersTimingsAndBoundsThatHoldAMessage() {
    RaftConfig config = RaftConfig.of(ONE, 1);

    assertThat(config.electionTimeoutMinNanos()).isEqualTo(150_000_000);
    assertThat(config.electionTimeoutMaxNanos()).isEqualTo(300_000_000);
    assertThat(config.heartbeatNanos()).isEqualTo(50_000_000);
    assertThat(config.appendBytesMax()).isEqualTo(1 << 20);
    assertThat(config.inflightBytesMax()).isEqualTo(8 << 20);
    assertThat(config.uncommittedBytesMax()).isEqualTo(64 << 20);
    assertThat(config.cacheBytesMax()).isEqualTo(32 << 20);
    assertThat(config.withPreVote(false).preVote()).isFalse();
    assertThat(config.withPriority(3).withPreVote(true).election().priority()).isEqualTo(3);
    assertThat(config.withCheckQuorum(false).withPreVote(false).election().checkQuorum()).isFalse();
    assertThat(config.withSeed(7).seed()).isEqualTo(7);
  }

  @Test
  void onlyAGroupWithoutLeasesRests() {
    RaftConfig config = RaftConfig.of(ONE, 1);

    assertThat(config.mayRest()).isFalse();
    assertThat(config.withRestAfter(1).mayRest()).isTrue();
    assertThat(config.withRestAfter(1).withLease(LeaseRules.within(0)).mayRest()).isFalse();
  }

  @Test
  void aLeaseIsAsMuchShorterAsClocksMayDrift() {
    assertThat(LeaseRules.within(250).nanos(1_000)).isEqualTo(800);
    assertThat(LeaseRules.within(0).nanos(1_000)).isEqualTo(1_000);
    assertThatIllegalArgumentException().isThrownBy(() -> LeaseRules.within(-1));
  }

  @Test
  void aPriorityLiesInItsRange() {
    int max = ElectionRules.PRIORITY_MAX;

    assertThat(new ElectionRules(true, true, 0).priority()).isZero();
    assertThat(new ElectionRules(true, true, max).priority()).isEqualTo(max);
    assertThatIllegalArgumentException().isThrownBy(() -> new ElectionRules(true, true, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ElectionRules(true, true, max + 1));
  }

  @Test
  void boundsOfAReadMayBeZeroAndNotLess() {
    assertThat(new ReadMode.Bounded(0, 0).entriesMax()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new ReadMode.Bounded(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new ReadMode.Bounded(0, -1));
  }

  @Test
  void aSnapshotStandsForSomething() {
    Membership group = new Membership(List.of(ONE));
    EntryId last = new EntryId(1, 1);

    assertThat(SnapshotMeta.kept(last, group).isWritten()).isFalse();
    assertThat(new SnapshotMeta(last, group, 1, 0).isWritten()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> SnapshotMeta.kept(EntryId.ZERO, group));
    assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotMeta(last, group, -1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new HardState(-1, null));
  }

  @Test
  void aRequestAsksForSomethingAndNamesNobodyTwice() {
    List<Change> twice = List.of(new Change.Remove(ONE), new Change.Promote(ONE));

    assertThatIllegalArgumentException().isThrownBy(() -> new Input.Propose(1, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Input.Reconfigure(1, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Input.Reconfigure(1, twice));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Message.ForwardChange(ONE, 1, 1, twice));
    for (Seat seat : List.of(Seat.INCOMING, Seat.OUTGOING, Seat.DEMOTED)) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Change.Add(ONE, seat, Bytes.EMPTY));
    }
  }

  @Test
  void aMembershipHasVotersOnBothSidesAndNoFormerMembers() {
    Member in = new Member(ONE, Seat.INCOMING);
    Member out = new Member(new NodeId(2), Seat.OUTGOING);

    assertThat(new Membership(List.of(out, in), List.of()).electorate()).hasSize(2);
    assertThatIllegalArgumentException().isThrownBy(() -> new Membership(List.of(in), List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Membership(List.of(out), List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Membership(List.of(), List.of(ONE)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Membership(List.of(in, out), List.of(ONE)));
    NodeId gone = new NodeId(9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Membership(List.of(in, out), List.of(gone, gone)));
    assertThat(new Membership(List.of(in, out), List.of(gone, new NodeId(8))).removed())
        .containsExactly(new NodeId(8), gone);
  }

  @Test
  void whatIsRestoredNamesItsConfigurationsInOrderAndLostNoLaterTerm() {
    HardState state = new HardState(3, null);
    EntryId last = new EntryId(1, 7);
    Membership group = new Membership(List.of(ONE));
    Configured early = new Configured(new EntryId(1, 2), group);
    Configured late = new Configured(last, group);
    List<EntryId> starts = List.of(new EntryId(1, 1));

    assertThat(new Restored(state, null, EntryId.ZERO, starts, last, List.of(early, late)))
        .extracting(Restored::configurations)
        .isEqualTo(List.of(early, late));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Restored(state, null, EntryId.ZERO, starts, last, List.of(early, early)));
    EntryId before = new EntryId(1, 6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Restored(state, null, EntryId.ZERO, starts, before, List.of(late)));
    Restored whole = new Restored(state, starts, last);
    assertThat(whole.withLost(new EntryId(3, 8)).lost()).isEqualTo(new EntryId(3, 8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> whole.withLost(new EntryId(4, 8)))
        .withMessage("log ended at 4/8 before it was damaged, after the term 3 on disk");
  }

  @Test
  void termsBeginInOrderAfterTheBase() {
    HardState state = new HardState(3, null);
    EntryId base = new EntryId(2, 5);
    EntryId last = new EntryId(3, 7);

    assertThat(restored(state, base, List.of(new EntryId(3, 6)), last).base()).isEqualTo(base);
    for (EntryId start : List.of(new EntryId(2, 6), new EntryId(3, 5), new EntryId(3, 8))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> restored(state, base, List.of(start), last));
    }
  }

  private static Restored restored(
      HardState state, EntryId base, List<EntryId> starts, EntryId last) {
    return new Restored(state, null, base, starts, last, List.of());
  }

  @Test
  void aDrawLiesInItsRangeAndReachesBothEnds() {
    SplitMix random = new SplitMix(1);
    long[] draws = LongStream.range(0, 100).map(i -> random.nextBetween(5, 8)).toArray();

    assertThat(Arrays.stream(draws).distinct().sorted()).containsExactly(5L, 6L, 7L);
    assertThatIllegalArgumentException().isThrownBy(() -> random.nextBetween(5, 5));
  }

  @Test
  void bytesReadAsTheyAreWhereTheyArePrintable() {
    Bytes bytes = Bytes.wrap(new byte[] {0x1f, ' ', 'a', '~', 0x7f, '"', '\\', (byte) 0xa5});

    assertThat(bytes).hasToString("\"\\x1f a~\\x7f\\x22\\x5c\\xa5\"");
    assertThat(Bytes.EMPTY).hasToString("\"\"");
    assertThat(bytes.isEmpty()).isFalse();
    assertThat(Bytes.EMPTY.isEmpty()).isTrue();
  }

  @Test
  void aPartOfAnArrayIsTheSameAsACopyOfIt() {
    byte[] array = {9, 1, 2, 9};
    Bytes part = Bytes.wrap(array, 1, 2);

    assertThat(part).isEqualTo(Bytes.copyOf(new byte[] {1, 2})).isNotEqualTo("12");
    assertThat(part.hashCode()).isEqualTo(Bytes.copyOf(new byte[] {1, 2}).hashCode());
    assertThat(part.hashCode()).isNotEqualTo(Bytes.copyOf(new byte[] {2, 1}).hashCode());
    assertThat(part.toByteArray()).containsExactly(1, 2);
    assertThat(part.slice(1, 2)).isEqualTo(Bytes.copyOf(new byte[] {2}));
    assertThatThrownBy(() -> Bytes.wrap(array, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anEntryCostsItsPayloadAndItsPlace() {
    Entry command = new Entry(new EntryId(1, 1), new Payload.Command(Bytes.utf8("abc")));
    Entry noOp = entry(1, 2);

    assertThat(command.bytes()).isEqualTo(Entry.OVERHEAD_BYTES + 3);
    assertThat(noOp.bytes()).isEqualTo(Entry.OVERHEAD_BYTES);
    assertThat(new LogSlice(EntryId.ZERO, List.of(command, noOp)).bytes())
        .isEqualTo(2 * Entry.OVERHEAD_BYTES + 3);
    Payload small = new Payload.Configuration(new Membership(List.of(ONE)));
    Payload large = new Payload.Configuration(new Membership(List.of(ONE, new NodeId(2))));
    assertThat(small.bytes()).isPositive().isLessThan(large.bytes());
  }

  @Test
  void aMemberReadsAsItsIdAndASeatThatIsNotAVoters() {
    assertThat(new Member(new NodeId(26), Seat.VOTER)).hasToString("1a");
    assertThat(new Member(new NodeId(26), Seat.JOINING)).hasToString("1a:JOINING");
  }

  @Test
  void aMembershipCostsItsMembersTheirContextsAndTheFormerOnes() {
    Member member = new Member(ONE, Seat.VOTER, Bytes.utf8("abc"), null);

    assertThat(new Membership(List.of(member), List.of()).bytes()).isEqualTo(8 + 22 + 3);
    assertThat(new Membership(List.of(member), List.of(new NodeId(8), new NodeId(9))).bytes())
        .isEqualTo(8 + 22 + 3 + 2 * 8);
  }

  @Test
  void whatAReadRestsOnIsAsOldAsTheTimeSinceAndNeverYoungerThanNow() {
    ReadBasis basis = new ReadBasis(ReadBasis.Path.LEASE, 10);

    assertThat(basis.age(25)).isEqualTo(15);
    assertThat(basis.age(9)).isZero();
    assertThat(ReadBasis.STALE.age(25)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void everyBoundOfSnapshotsMayBeOneAndOnlyTheTailZero() {
    assertThat(new SnapshotRules(0, 1, 1, 1).tailEntries()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotRules(-1, 1, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotRules(0, 0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotRules(0, 1, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotRules(0, 1, 1, 0));
  }

  @Test
  void aMachineThatSaysNothingElseBeginsEmptyAndHasNoSnapshots() {
    StateMachine<Bytes> plain = commands -> commands.stream().map(it -> it.command()).toList();

    assertThat(plain.recovered()).isEqualTo(EntryId.ZERO);
    assertThat(plain.capture()).isNull();
    assertThatThrownBy(() -> plain.restore(() -> null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("cannot restore a snapshot");
  }

  @Test
  void idsOrderAsUnsignedAndReadAsHexadecimal() {
    assertThat(new GroupId(-1)).isGreaterThan(new GroupId(1)).hasToString("ffffffffffffffff");
    assertThat(new ClusterId(-1)).isGreaterThan(new ClusterId(1)).hasToString("ffffffffffffffff");
    assertThat(new IncarnationId(-1))
        .isGreaterThan(new IncarnationId(1))
        .hasToString("ffffffffffffffff");
  }
}
