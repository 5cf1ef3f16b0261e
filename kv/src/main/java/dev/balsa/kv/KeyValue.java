package dev.balsa.kv;

import dev.balsa.raft.Bytes;

/**
 * A key at one revision, with etcd's fields.
 *
 * @param createRevision the revision of the first write since the key last did not exist
 * @param modRevision the revision of this write
 * @param version 1 at creation, one more for each later write
 * @param lease the attached lease's id, 0 for none
 */
public record KeyValue(
    Bytes key, Bytes value, long createRevision, long modRevision, long version, long lease) {}
