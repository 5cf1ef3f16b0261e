package dev.balsa.server.config;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes what the command line leaves out from the environment: {@code --data-dir} from {@code
 * BALSA_DATA_DIR}, or else from {@code ETCD_DATA_DIR}, so that a member's environment file for etcd
 * works as it is. A flag beats both, and an empty variable says nothing.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {
  private static final List<String> PREFIXES = List.of("BALSA_", "ETCD_");

  /** Those that the launcher and the tests read. */
  private static final Set<String> OTHERS =
      Set.of("BALSA_JAVA_OPTS", "BALSA_JVM_DIRS", "BALSA_CHECK", "BALSA_COMMIT");

  private final Map<String, String> environment;

  /** Defaults from the environment of this process. */
  public EnvironmentDefaults() {
    this(System.getenv());
  }

  /** Defaults from {@code environment}. */
  public EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    for (String prefix : PREFIXES) {
      for (String name : option.names()) {
        String value = environment.getOrDefault(prefix + variable(name), "");
        if (!value.isEmpty()) {
          return value;
        }
      }
    }
    return null;
  }

  private static String variable(String flag) {
    return flag.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * Which of {@code variables} begin like those of a flag and are no flag's, so that nobody reads
   * them.
   *
   * @param flags that there are, with their dashes
   */
  public static SortedSet<String> unread(Collection<String> variables, Collection<String> flags) {
    Set<String> read = new HashSet<>(OTHERS);
    for (String prefix : PREFIXES) {
      flags.forEach(flag -> read.add(prefix + variable(flag)));
    }
    SortedSet<String> unread = new TreeSet<>(variables);
    unread.removeIf(name -> read.contains(name) || PREFIXES.stream().noneMatch(name::startsWith));
    return unread;
  }
}
