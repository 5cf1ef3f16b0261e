package dev.balsa.server.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/**
 * Takes the flags that all commands of {@code ctl} share from the environment where they are not
 * given, as etcdctl does: {@code --command-timeout} from {@code ETCDCTL_COMMAND_TIMEOUT}.
 */
record CtlDefaults(Map<String, String> environment) implements IDefaultValueProvider {
  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec flag)
        || flag.scopeType() != ScopeType.INHERIT
        || flag.usageHelp()) {
      return null;
    }
    String name = flag.longestName().replaceFirst("^--", "").replace('-', '_');
    String value = environment.get("ETCDCTL_" + name.toUpperCase(Locale.ROOT));
    return value == null || value.isBlank() ? null : value;
  }
}
