package dev.balsa.kv;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Compare;
import dev.balsa.kv.Command.DeleteRange;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Op;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.Command.Txn;
import dev.balsa.raft.Bytes;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;

/** Commands over few keys and small revisions, so that they meet. */
final class RandomCommands {
  private RandomCommands() {}

  /** Mostly commands that change something, with a compaction now and then. */
  static Arbitrary<Command> commands() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, puts().map(Command.class::cast)),
        Tuple.of(3, deletes().map(Command.class::cast)),
        Tuple.of(5, txns().map(Command.class::cast)),
        Tuple.of(1, revisions().map(Compact::new)),
        Tuple.of(1, Arbitraries.just(new Command.Sweep())),
        Tuple.of(4, leaseCommands()));
  }

  private static Arbitrary<Command> leaseCommands() {
    Arbitrary<Long> terms = Arbitraries.frequency(Tuple.of(4, 1L), Tuple.of(1, 2L));
    Arbitrary<Remaining> remaining =
        Combinators.combine(leases(), Arbitraries.longs().between(0, 9)).as(Remaining::new);
    return Arbitraries.frequencyOf(
        Tuple.of(
            6,
            Combinators.combine(leases(), Arbitraries.of(-1L, 2L, 60L, 9_000_000_001L))
                .as(LeaseGrant::new)),
        Tuple.of(2, leases().map(LeaseRevoke::new)),
        Tuple.of(2, Combinators.combine(terms, leases().list().ofMaxSize(4)).as(LeaseExpire::new)),
        Tuple.of(
            1, Combinators.combine(terms, remaining.list().ofMaxSize(3)).as(LeaseCheckpoint::new)));
  }

  private static Arbitrary<Long> leases() {
    return Arbitraries.frequency(
        Tuple.of(1, 0L), Tuple.of(9, 7L), Tuple.of(9, 8L), Tuple.of(4, -1L));
  }

  static Arbitrary<Range> ranges() {
    Arbitrary<Long> filter =
        Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.just(0L)), Tuple.of(1, revisions()));
    Arbitrary<Range> plain =
        Combinators.combine(
                keyRanges(),
                Arbitraries.longs().between(-1, 4),
                Arbitraries.frequencyOf(
                    Tuple.of(1, Arbitraries.just(0L)), Tuple.of(2, revisions())),
                Arbitraries.of(SortOrder.values()),
                Arbitraries.of(SortTarget.values()),
                flags(),
                flags())
            .as(
                (keys, limit, revision, order, target, keysOnly, countOnly) ->
                    new Range(
                        keys, limit, revision, order, target, keysOnly, countOnly, 0, 0, 0, 0));
    return Combinators.combine(plain, filter, filter, filter, filter)
        .as(
            (r, minMod, maxMod, minCreate, maxCreate) ->
                new Range(
                    r.range(),
                    r.limit(),
                    r.revision(),
                    r.order(),
                    r.target(),
                    r.keysOnly(),
                    r.countOnly(),
                    minMod,
                    maxMod,
                    minCreate,
                    maxCreate));
  }

  static Arbitrary<Txn> txns() {
    return txns(2);
  }

  private static Arbitrary<Txn> txns(int depth) {
    return Combinators.combine(
            compares().list().ofMaxSize(2), ops(depth).ofMaxSize(3), ops(depth).ofMaxSize(3))
        .as(Txn::new);
  }

  private static ListArbitrary<Op> ops(int depth) {
    Arbitrary<Op> flat =
        Arbitraries.frequencyOf(
            Tuple.of(30, puts().map(Op.class::cast)),
            Tuple.of(20, deletes().map(Op.class::cast)),
            Tuple.of(20, ranges().map(Op.class::cast)),
            Tuple.of(1, Arbitraries.just(new Empty())));
    if (depth == 0) {
      return flat.list();
    }
    return Arbitraries.frequencyOf(
            Tuple.of(5, flat), Tuple.of(2, txns(depth - 1).map(Op.class::cast)))
        .list();
  }

  private static Arbitrary<Compare> compares() {
    return Combinators.combine(keyRanges(), Arbitraries.of(Relation.values()), operands())
        .as(Compare::new);
  }

  private static Arbitrary<Operand> operands() {
    return Arbitraries.oneOf(
        revisions().map(Operand.Version::new),
        revisions().map(Operand.CreateRevision::new),
        revisions().map(Operand.ModRevision::new),
        Arbitraries.longs().between(-1, 1).map(Operand.Lease::new),
        values().map(Operand.Value::new));
  }

  private static Arbitrary<Put> puts() {
    Arbitrary<Boolean> rarely = Arbitraries.frequency(Tuple.of(6, false), Tuple.of(1, true));
    return Combinators.combine(
            keys(),
            values(),
            Arbitraries.frequency(Tuple.of(20, 0L), Tuple.of(6, 7L), Tuple.of(3, -1L)),
            flags(),
            rarely,
            rarely)
        .as(
            (key, value, lease, prevKv, ignoreValue, ignoreLease) ->
                new Put(
                    key,
                    ignoreValue && value.length() < 2 ? Bytes.EMPTY : value,
                    lease,
                    prevKv,
                    ignoreValue,
                    ignoreLease));
  }

  private static Arbitrary<DeleteRange> deletes() {
    return Combinators.combine(keyRanges(), flags()).as(DeleteRange::new);
  }

  private static Arbitrary<KeyRange> keyRanges() {
    return Combinators.combine(
            keys(),
            Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(Bytes.EMPTY)),
                Tuple.of(1, Arbitraries.just(Bytes.utf8("\0"))),
                Tuple.of(4, keys())))
        .as(KeyRange::new);
  }

  private static Arbitrary<Bytes> keys() {
    return Arbitraries.frequencyOf(
        Tuple.of(
            40, Arbitraries.of("a", "b", "c", "ab", "a\0", "a\0b", "\0", "\1").map(Bytes::utf8)),
        Tuple.of(5, Arbitraries.just(Bytes.wrap(new byte[] {'a', (byte) 0xff}))),
        Tuple.of(1, Arbitraries.just(Bytes.EMPTY)));
  }

  private static Arbitrary<Bytes> values() {
    return Arbitraries.of("", "x", "y", "longer").map(Bytes::utf8);
  }

  private static Arbitrary<Long> revisions() {
    return Arbitraries.longs().between(-1, 24);
  }

  private static Arbitrary<Boolean> flags() {
    return Arbitraries.of(List.of(true, false, false));
  }
}
