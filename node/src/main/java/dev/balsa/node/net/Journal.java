package dev.balsa.node.net;

import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Tells people what happened on the peer network; what a remote repeats is told once. */
final class Journal {
  private static final System.Logger LOG = System.getLogger("dev.balsa.node.net");
  private static final int REMEMBERED_MAX = 1024;

  private final BiConsumer<Level, String> sink;
  private final Set<String> told = new LinkedHashSet<>();

  Journal(BiConsumer<Level, String> sink) {
    this.sink = sink;
  }

  /** One that writes to the system's log. */
  static Journal toSystemLog() {
    return new Journal(LOG::log);
  }

  void info(String text) {
    sink.accept(Level.INFO, text);
  }

  void warn(String text) {
    sink.accept(Level.WARNING, text);
  }

  /** Warns unless {@code remote} was warned about for the same {@code reason} lately. */
  void warnOnce(String remote, String reason, String text) {
    if (told.add(remote + ' ' + reason)) {
      if (told.size() > REMEMBERED_MAX) {
        told.remove(told.iterator().next());
      }
      warn(text);
    }
  }
}
