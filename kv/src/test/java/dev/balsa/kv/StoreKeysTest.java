package dev.balsa.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Keys in the store sort as what they stand for. */
class StoreKeysTest {
  @Property
  void historyIsOrderedByKeyThenRevision(
      @ForAll @Size(max = 4) byte[] one,
      @ForAll @LongRange(min = 1) long oneRevision,
      @ForAll @Size(max = 4) byte[] two,
      @ForAll @LongRange(min = 1) long twoRevision) {
    Bytes oneKey = Bytes.wrap(one);
    Bytes twoKey = Bytes.wrap(two);
    int byKey = oneKey.compareTo(twoKey);
    int expected = byKey != 0 ? byKey : Long.compare(oneRevision, twoRevision);

    int order = HistoryKey.of(oneKey, oneRevision).compareTo(HistoryKey.of(twoKey, twoRevision));

    assertThat(Integer.signum(order)).isEqualTo(Integer.signum(expected));
  }

  @Property
  void historyKeyGivesBackKeyAndRevision(
      @ForAll @Size(max = 8) byte[] key, @ForAll @LongRange(min = 1) long revision) {
    Bytes encoded = HistoryKey.of(Bytes.wrap(key), revision);

    assertThat(HistoryKey.userKey(encoded)).isEqualTo(Bytes.wrap(key));
    assertThat(HistoryKey.revision(encoded)).isEqualTo(revision);
  }

  @Property
  void changesAreOrderedByRevisionThenPlace(
      @ForAll @LongRange(min = 0, max = 300) long one,
      @ForAll @LongRange(min = 0, max = 300) long two) {
    ChangeKey oneKey = new ChangeKey(one, 1);
    ChangeKey twoKey = new ChangeKey(two, 0);

    assertThat(oneKey.encode().compareTo(twoKey.encode()) < 0).isEqualTo(one < two);
    assertThat(ChangeKey.decode(oneKey.encode())).isEqualTo(oneKey);
  }

  @Property
  void storedVersionGivesBackTheRecord(
      @ForAll @LongRange(min = 1) long modRevision,
      @ForAll @LongRange(min = 1) long createRevision,
      @ForAll long lease,
      @ForAll @Size(max = 8) byte[] value) {
    Bytes key = Bytes.utf8("k");
    long create = Math.min(modRevision, createRevision);
    KeyValue kv = new KeyValue(key, Bytes.wrap(value), create, modRevision, 3, lease);

    assertThat(StoredVersion.decode(key, StoredVersion.encode(kv))).isEqualTo(kv);
  }
}
