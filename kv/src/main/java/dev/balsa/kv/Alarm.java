package dev.balsa.kv;

/**
 * Something wrong that a member has told all about (etcd's AlarmMember). While there is one of a
 * type, of whatever member, all members refuse what would make it worse; see {@link AlarmRules}.
 *
 * @param member the id of whom it is about; 0 is as good as any other
 */
public record Alarm(long member, Type type) implements Comparable<Alarm> {
  /** What is wrong. */
  public enum Type {
    /** The store is over its quota. */
    NOSPACE,
    /** Members disagree about the data. */
    CORRUPT
  }

  /** By type, then by the member's id as an unsigned number. */
  @Override
  public int compareTo(Alarm other) {
    int byType = type.compareTo(other.type);
    return byType != 0 ? byType : Long.compareUnsigned(member, other.member);
  }
}
