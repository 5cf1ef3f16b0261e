package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
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
}
