package dev.balsa.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Denied;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Event;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final NodeId SELF = new NodeId(7);

  @Property
  void everyMessageSurvivesTheWire(@ForAll("messages") Message message) throws MalformedException {
    assertThat(decode(encode(message))).containsExactly(message);
  }

  @Property
  void bytesMayArriveInAnyPieces(
      @ForAll("messages") Message message, @ForAll @IntRange(min = 1, max = 40) int piece)
      throws MalformedException {
    ByteBuffer bytes = encode(message);
    FrameReader reader = new FrameReader(FRAME_BYTES_MAX);
    List<Message> decoded = new ArrayList<>();

    while (bytes.hasRemaining()) {
      int count = Math.min(piece, bytes.remaining());
      reader.take(
          bytes.slice(bytes.position(), count), frame -> decoded.add(codec().decode(frame)));
      bytes.position(bytes.position() + count);
    }

    assertThat(decoded).containsExactly(message);
  }

  @Property
  void aChangedBitIsNeverTakenForAMessage(
      @ForAll("messages") Message message, @ForAll @IntRange(max = 1 << 20) int place) {
    ByteBuffer bytes = encode(message);
    int bit = place % (bytes.limit() * 8);
    bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));

    // A changed length may only make the reader wait for more; nothing else may be accepted.
    assertThat(decodeOrNothing(bytes)).isEmpty();
  }

  @Property
  void anyHeadAndTailOfAnyTypeGiveAMessageOrTheCodecsException(
      @ForAll @IntRange(min = -1, max = 34) int type,
      @ForAll @Size(max = 64) byte[] head,
      @ForAll @Size(max = 200) byte[] tail) {
    ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + head.length + tail.length);
    Frame.begin(bytes);
    bytes.put(head);
    Frame.seal(bytes, 0, (byte) type, 1, tail.length, SliceCodec.crc(tail, 0, tail.length));
    bytes.put(tail).flip();

    assertThat(decodeOrNothing(bytes)).hasSizeLessThan(2);
  }

  @Property
  void anyBytesGiveNoMessage(@ForAll @Size(max = 500) byte[] bytes) {
    assertThat(decodeOrNothing(ByteBuffer.wrap(bytes))).isEmpty();
  }

  @Test
  void aFrameOverTheLimitIsRefusedBeforeItIsAllocated() {
    ByteBuffer bytes = encode(LoopbackNodes.ack(1, 1));
    bytes.putInt(15, -1);

    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("announces 4294967327 bytes, at most 1048576 are accepted");
  }

  @Test
  void anAbsurdNumberOfForwardedCommandsIsRefused() {
    byte[] tail = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array();
    ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + 24 + tail.length);
    Frame.begin(bytes);
    bytes.putLong(1).putLong(1).putLong(1);
    Message forward = new Message.Forward(SELF, 1, 1, List.of());
    Frame.seal(
        bytes, 0, MessageCodec.type(forward), 1, tail.length, SliceCodec.crc(tail, 0, tail.length));
    bytes.put(tail).flip();

    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("cannot hold 2147483647 forwarded commands");
  }

  @Test
  void aGrantedVoteThatGivesAReasonToDenyItIsRefused() {
    ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER_BYTES + 17 + DeniedCodec.BYTES);
    Frame.begin(bytes);
    bytes.putLong(1).putLong(1).put((byte) 1);
    DeniedCodec.put(new Denied(Event.Denial.STALE_TERM, EntryId.ZERO, null), bytes);
    Frame.seal(bytes, 0, MessageCodec.type(new Message.VoteReply(SELF, 1, true)), 1, 0, 0);
    bytes.flip();

    assertThatThrownBy(() -> decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("a granted vote gives reason 4 to deny it");
  }

  @Provide
  Arbitrary<Message> messages() {
    Arbitrary<Long> n = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<Long> any = Arbitraries.longs();
    Arbitrary<NodeId> from = any.map(NodeId::new);
    Arbitrary<Long> positive = Arbitraries.longs().greaterOrEqual(1);
    Arbitrary<EntryId> id =
        Arbitraries.oneOf(
            Arbitraries.just(EntryId.ZERO),
            Combinators.combine(positive, positive).as(EntryId::new));
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    Arbitrary<Refusal> reason = Arbitraries.of(Refusal.class);
    Arbitrary<@Nullable Denied> denied =
        Combinators.combine(Arbitraries.of(Event.Denial.class), id, from.injectNull(0.3))
            .as(Denied::new)
            .injectNull(0.1);
    Arbitrary<List<Bytes>> commands = bytes().list().ofMaxSize(8);
    return Arbitraries.oneOf(
        Combinators.combine(from, n, id, any).as(Message.PreVote::new),
        Combinators.combine(from, n, any).as((f, t, r) -> new Message.PreVoteReply(f, t, true, r)),
        Combinators.combine(from, n, denied, any)
            .as((f, t, d, r) -> new Message.PreVoteReply(f, t, false, d, r)),
        Combinators.combine(from, n, id, flag).as(Message.Vote::new),
        Combinators.combine(from, n).as(Message.TimeoutNow::new),
        Combinators.combine(from, n, id, n, flag).as(Message.Quiet::new),
        Combinators.combine(from, n).as((f, t) -> new Message.VoteReply(f, t, true)),
        Combinators.combine(from, n, denied).as((f, t, d) -> new Message.VoteReply(f, t, false, d)),
        Combinators.combine(from, n, slices(), n, n).as(Message.Append::new),
        Combinators.combine(from, n, n, n).as(Message.AppendAck::new),
        Combinators.combine(from, n, n, id, n, flag).as(Message.AppendReject::new),
        Combinators.combine(from, n, any, commands).as(Message.Forward::new),
        Combinators.combine(from, n, any, changes()).as(Message.ForwardChange::new),
        Combinators.combine(from, n, any, id).as(Message.Forwarded::new),
        Combinators.combine(from, n, any, reason).as(Message.ForwardRefused::new),
        Combinators.combine(from, n, any).as(Message.ReadIndex::new),
        Combinators.combine(from, n, any, n).as(Message.ReadIndexReply::new),
        Combinators.combine(from, n, any, reason).as(Message.ReadIndexRefused::new));
  }

  private static Arbitrary<List<Change>> changes() {
    Arbitrary<NodeId> node = Arbitraries.longs().map(NodeId::new);
    Arbitrary<Seat> seat = Arbitraries.of(Seat.LEARNER, Seat.JOINING, Seat.VOTER);
    Arbitrary<Change> change =
        Arbitraries.oneOf(
            Combinators.combine(node, seat, bytes()).as(Change.Add::new),
            node.map(Change.Promote::new),
            node.map(Change.Demote::new),
            node.map(Change.Remove::new),
            Combinators.combine(node, bytes()).as(Change.Update::new));
    return change.list().ofMaxSize(5).uniqueElements(Change::node);
  }

  private static Arbitrary<Bytes> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Bytes::wrap);
  }

  private static Arbitrary<LogSlice> slices() {
    Arbitrary<Long> place = Arbitraries.longs().between(1, 1L << 60);
    Arbitrary<List<Bytes>> data = bytes().list().ofMaxSize(20);
    return Combinators.combine(place, place, data)
        .as(
            (term, index, commands) -> {
              List<Entry> entries = new ArrayList<>();
              for (Bytes command : commands) {
                EntryId id = new EntryId(term, index + 1 + entries.size());
                entries.add(
                    new Entry(
                        id, command.isEmpty() ? new Payload.NoOp() : new Payload.Command(command)));
              }
              return new LogSlice(new EntryId(term, index), entries);
            });
  }

  private static MessageCodec codec() {
    return new MessageCodec(new SliceCodec());
  }

  private static ByteBuffer encode(Message message) {
    MessageCodec.Tail tail = codec().tail(message);
    int tailBytes = tail.bytes().remaining();
    ByteBuffer out =
        ByteBuffer.allocate(Frame.HEADER_BYTES + MessageCodec.HEAD_BYTES_MAX + tailBytes);
    Frame.begin(out);
    MessageCodec.putHead(message, out);
    Frame.seal(out, 0, MessageCodec.type(message), 1, tailBytes, tail.crc());
    return out.put(tail.bytes()).flip();
  }

  private static List<Message> decode(ByteBuffer bytes) throws MalformedException {
    List<Message> decoded = new ArrayList<>();
    new FrameReader(FRAME_BYTES_MAX).take(bytes, frame -> decoded.add(codec().decode(frame)));
    return decoded;
  }

  private static List<Message> decodeOrNothing(ByteBuffer bytes) {
    try {
      return decode(bytes);
    } catch (MalformedException e) {
      assertThat(e).hasMessageNotContaining("null");
      return List.of();
    }
  }
}
