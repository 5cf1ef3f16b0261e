package dev.balsa.server.config;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes what the command line leaves out from the environment: {@code --data-dir} from {@code
 * BALSA_DATA_DIR}, or else from {@code ETCD_DATA_DIR}, so that a member's environment file for etcd
 * works as it is. A flag beats both.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {
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
    String name =
        option.longestName().replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
    String own = environment.get("BALSA_" + name);
    return own != null ? own : environment.get("ETCD_" + name);
  }
}
