package dev.balsa.raft.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Sentence;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Values are read as they were written, and what none can be is refused by what is wrong. */
class TraceInTest {
  private static final String[] TWO = {"first", "second"};

  private static TraceIn in(int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return new TraceIn(all);
  }

  private static TraceIn of(TraceOut out) {
    return new TraceIn(out.toByteArray());
  }

  private static void assertRefused(TraceIn in, Consumer<TraceIn> read, String reason) {
    assertThatThrownBy(() -> read.accept(in))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aByteThatIsMissingIsRefused() {
    TraceIn in = in(255);

    assertThat(in.code()).isEqualTo(255);
    assertThat(in.isAtEnd()).isTrue();
    assertRefused(in, TraceIn::code, "ends in the middle of a value");
  }

  @Test
  void oneOfTwoIsNoThird() {
    assertThat(in(0).oneOf(TWO, "thing")).isEqualTo("first");
    assertThat(in(1).oneOf(TWO, "thing")).isEqualTo("second");
    assertRefused(in(2), in -> in.oneOf(TWO, "thing"), "has the unknown thing 2");
  }

  @Test
  void aFlagIsSetOrNot() {
    assertThat(in(0).flag()).isFalse();
    assertThat(in(1).flag()).isTrue();
    assertRefused(in(2), TraceIn::flag, "has 2 where there must be 0 or 1");
  }

  @Test
  void aNumberHasAtMostSixtyFourBits() {
    for (long number : new long[] {0, 127, 128, (1L << 28) - 1, 1L << 28, Long.MAX_VALUE, -1}) {
      assertThat(of(new TraceOut().count(number)).count()).isEqualTo(number);
    }
    assertRefused(
        in(128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 0),
        TraceIn::count,
        "has a number of more than 64 bits");
  }

  @Test
  void aCountKeepsItsBounds() {
    assertThat(in(5).count(5, "things")).isEqualTo(5);
    assertThat(in(0).count(5, "things")).isZero();
    assertRefused(in(6), in -> in.count(5, "things"), "says 6 things, at most 5 can be");
    assertRefused(
        of(new TraceOut().count(-1)),
        in -> in.count(5, "things"),
        "says -1 things, at most 5 can be");
  }

  @Test
  void thereAreNoMoreItemsThanBytes() {
    assertThat(in(2, 0, 0).items()).isEqualTo(2);
    assertRefused(in(3, 0, 0), TraceIn::items, "says 3 items, at most 2 can be");
  }

  @Test
  void aTextEndsWhereItsBytesEnd() {
    assertThat(in(2, 'h', 'i').text(2)).isEqualTo("hi");
    assertRefused(in(3, 'h', 'i'), in -> in.text(9), "at most 2 can be");
    assertRefused(in(2, 'h', 'i'), in -> in.text(1), "at most 1 can be");
  }

  @Test
  void termsAndIndexesAreToldByTheirDifferenceAndNeverNegative() {
    TraceIn in = of(new TraceOut().signed(3).signed(-3).signed(7).signed(0));

    assertThat(in.term()).isEqualTo(3);
    assertThat(in.term()).isZero();
    assertThat(in.index()).isEqualTo(7);
    assertThat(in.index()).isEqualTo(7);
    assertRefused(
        of(new TraceOut().signed(-1)), TraceIn::term, "has the negative term or index -1");
    assertRefused(
        of(new TraceOut().signed(-2)), TraceIn::index, "has the negative term or index -2");
  }

  @Test
  void aNodeIsToldOnceAndNamedByItsNumberThen() {
    TraceIn in =
        of(new TraceOut().count(1).fixed(77).count(1).fixed(-8).count(3).count(2).count(0));

    assertThat(in.node()).isEqualTo(new NodeId(77));
    assertThat(in.node()).isEqualTo(new NodeId(-8));
    assertThat(in.node()).isEqualTo(new NodeId(-8));
    assertThat(in.nodeOrNone()).isEqualTo(new NodeId(77));
    assertThat(in.nodeOrNone()).isNull();
    assertRefused(in(0), TraceIn::node, "names no node where there must be one");
    assertRefused(in(2), TraceIn::node, "names a node that it has not told of");
    assertRefused(
        of(new TraceOut().count(1).fixed(7).count(-1)),
        it -> {
          assertThat(it.node()).isEqualTo(new NodeId(7));
          it.node();
        },
        "names a node that it has not told of");
  }

  @Test
  void bytesThatAreNotToldAreZerosOfTheirLength() {
    TraceIn in = in();

    for (int length : new int[] {0, 3, 1_024, 1_025, 5_000, 4}) {
      assertThat(in.zeros(length)).isEqualTo(Bytes.wrap(new byte[length]));
    }
  }

  @Test
  void whatIsWrongIsASentenceWithItsValuesApart() {
    TraceException refused = new TraceException("has the unknown thing %s", 2);

    assertThat(refused).hasMessage("has the unknown thing 2");
    assertThat(refused.sentence()).isEqualTo(Sentence.of("has the unknown thing %s", 2));
  }
}
