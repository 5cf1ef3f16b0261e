package dev.balsa.kv;

/** What a role may do with a range of keys. */
public record Permission(Access access, KeyRange range) {
  /** The kinds of permission. */
  public enum Access {
    READ,
    WRITE,
    READWRITE
  }

  boolean allows(Access wanted) {
    return access == Access.READWRITE || access == wanted;
  }

  /**
   * Whether etcd takes the range for one that can be granted: a key, all keys from it on, or a
   * range that is not empty.
   */
  boolean isGrantable() {
    return !range.key().isEmpty()
        && (range.isSingle() || range.isFromKey() || range.key().compareTo(range.end()) < 0);
  }
}
