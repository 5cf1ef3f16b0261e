package dev.balsa.web;

import org.teavm.jso.JSExport;

/** What the module that runs in the page's worker exports. */
public final class Page {
  private static final Session SESSION = new Session(new HeapCopy());

  private Page() {}

  /** Gives a command to the worker's only session; see {@link Session#call}. */
  @JSExport
  public static String call(String command) {
    return SESSION.call(command);
  }
}
