/** A seeded world around the core: virtual time, disks, links, clocks, faults, and its judges. */
@org.jspecify.annotations.NullMarked
module dev.balsa.sim {
  requires transitive dev.balsa.core;
  requires static transitive org.jspecify;

  exports dev.balsa.sim;
}
