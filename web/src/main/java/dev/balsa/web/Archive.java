package dev.balsa.web;

/** What opens recordings and shows them; the page's second module is made without. */
interface Archive {
  /** Obeys one of the commands by which a recording is opened. */
  String load(String words);

  /** Whether a recording is looked at. */
  boolean isShown();

  /** Looks away from it. */
  void leave();

  /** Obeys a command that goes along the recording. */
  String obey(String verb, Words words);
}
