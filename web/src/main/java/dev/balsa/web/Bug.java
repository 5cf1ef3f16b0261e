package dev.balsa.web;

/**
 * What is wrong with all nodes of a run, on purpose. Here nothing ever is: what runs in the page is
 * made of copies of these sources with the museum's bugs put in as switches, and their list in this
 * one's place.
 */
enum Bug {
  /** Everything is as it should be. */
  NONE;

  /** From now on, all nodes have this bug and no other. */
  void takeEffect() {}

  static Bug parse(Words words) {
    String name = words.word("a bug of the museum");
    for (Bug bug : values()) {
      if (bug.name().equals(name)) {
        return bug;
      }
    }
    throw new BadCommand("\"%s\" is no bug of this page's museum", name);
  }
}
