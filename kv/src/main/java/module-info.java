/** etcd's data model (keys, revisions, transactions) as a replicated state machine. */
@org.jspecify.annotations.NullMarked
module dev.balsa.kv {
  requires transitive dev.balsa.core;
  requires static transitive org.jspecify;

  exports dev.balsa.kv;
}
