/**
 * etcd's data model: a multi-version store of keys, changed by {@link dev.balsa.kv.Command}s that
 * every member applies in the same order. It reads no clock and no file, and never waits.
 *
 * <p>Where things lie in the {@link dev.balsa.kv.OrderedStore}:
 *
 * <pre>
 * META     "state"                 revision, compact revision, applied entry, keys, hash
 *          "sweep"                 where the compaction under way goes on
 *          "alarm", type, member   nothing
 * META     "auth"…                 users, roles and permissions
 * LIVE     key                     newest version of each key that exists      reads go here
 * HISTORY  key, revision           versions that were superseded, tombstones   old reads, watchers
 * CHANGES  revision, place in it   the key that changed, what it superseded    watchers, compaction
 * LEASES   id                      granted and remaining seconds
 * ATTACHED lease id, key           nothing                                     revoke, time-to-live
 * BESIDE   a name                  what a machine around this one keeps
 *
 *          put a      put a      delete a   put a
 *          rev 2      rev 3      rev 4      rev 5
 * LIVE                                      a → v1
 * HISTORY  a,2 → v1   a,3 → v2   a,4 → †
 * CHANGES  2,0 → a    3,0 → a    4,0 → a    5,0 → a
 * </pre>
 *
 * <p>Use:
 *
 * <pre>{@code
 * KvMachine machine = new KvMachine();
 * Command put = Command.Put.of(Bytes.utf8("color"), Bytes.utf8("red"));
 * CommandRules.DEFAULT.check(put).ifPresent(error -> refuse(error));
 * Bytes encoded = CommandCodec.encode(put);
 *
 * // on every member, once the command is committed
 * List<KvResult> results = machine.apply(List.of(new Committed(entryId, encoded)));
 * KvResult read = machine.range(Command.Range.of(KeyRange.single(Bytes.utf8("color"))));
 * }</pre>
 */
package dev.balsa.kv;
