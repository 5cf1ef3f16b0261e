/** Whole nodes under the simulator: the real log and codecs on simulated disks. */
@org.jspecify.annotations.NullMarked
module dev.balsa.testkit {
  requires transitive dev.balsa.node;
  requires transitive dev.balsa.sim;
  requires static transitive org.jspecify;

  exports dev.balsa.testkit;
}
