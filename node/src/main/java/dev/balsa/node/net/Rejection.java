package dev.balsa.node.net;

/** Why a connection to the peer port was refused; the code travels in the welcome. */
enum Rejection {
  MAGIC(1, "it does not speak Balsa's peer protocol"),
  VERSION(2, "it speaks another version of the peer protocol; run the same release on both nodes"),
  DAMAGED(3, "its hello does not match its checksum; check the network between the nodes"),
  CLUSTER(
      4,
      "it belongs to another cluster; fix --initial-cluster or --initial-cluster-token, or the data"
          + " directory"),
  MISDIRECTED(5, "it wants to reach another node; fix the addresses in --initial-cluster"),
  UNKNOWN_NODE(6, "no such node is a member here; fix --initial-cluster"),
  DUPLICATE(
      7,
      "another process with the same node id, but another data directory, is connected; stop one of"
          + " the two"),
  SILENT(8, "it sent no complete hello in time"),
  REMOVED(
      9,
      "it was removed from the cluster; delete its data directory, and to bring it back add it"
          + " anew, under a new id"),
  CERTIFICATE(
      10,
      "its certificate is not made out to the host of that node's peer URL; issue one that names it"
          + " (subject alternative name)");

  private final int code;
  private final String remedy;

  Rejection(int code, String remedy) {
    this.code = code;
    this.remedy = remedy;
  }

  /** What stands in the welcome, from 1. */
  byte code() {
    return (byte) code;
  }

  /** What is wrong and what to do, as the end of a sentence. */
  String remedy() {
    return remedy;
  }

  /** What a peer of perhaps another version said. */
  static String describe(byte code) {
    for (Rejection rejection : values()) {
      if (rejection.code == code) {
        return rejection + ": from its side, " + rejection.remedy;
      }
    }
    return "unknown reason " + code;
  }
}
