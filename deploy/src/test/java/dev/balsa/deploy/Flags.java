package dev.balsa.deploy;

import dev.balsa.server.cli.ServerFlags;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** The variables from which a member takes its flags. */
final class Flags {
  /** Those that the launcher reads. */
  private static final Set<String> LAUNCHER = Set.of("BALSA_JAVA_OPTS", "BALSA_JVM_DIRS");

  private Flags() {}

  /**
   * Which of {@code variables} begin like a flag's and are none, so that nobody would read them.
   */
  static Set<String> unread(Collection<String> variables) {
    Set<String> unread = new java.util.TreeSet<>();
    for (String name : variables) {
      if (name.startsWith("BALSA_") && !LAUNCHER.contains(name) && !isFlag(name)) {
        unread.add(name);
      }
    }
    return unread;
  }

  private static boolean isFlag(String variable) {
    String words = variable.substring("BALSA_".length()).toLowerCase(Locale.ROOT);
    return ServerFlags.names().contains("--" + words.replace('_', '-'));
  }
}
