package dev.balsa.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * A member's flags as etcd's {@code --config-file} has them: YAML whose keys are the flags' names,
 * those about TLS in the sections {@code client-transport-security} and {@code
 * peer-transport-security} if one likes. A key without a value says nothing.
 */
public final class ConfigFile {
  private static final Map<String, String> SECTIONS =
      Map.of("client-transport-security", "", "peer-transport-security", "peer-");

  private final Path file;
  private final Set<String> flags;
  private final List<String> words = new ArrayList<>();

  private ConfigFile(Path file, Set<String> flags) {
    this.file = file;
    this.flags = flags;
  }

  /**
   * What {@code file} says, as words of a command line: {@code --name=m1}.
   *
   * @param flags that there are, with their dashes
   * @throws ConfigException if it cannot be read, is no such file, or names another flag
   */
  public static List<String> words(Path file, Set<String> flags) {
    ConfigFile read = new ConfigFile(file, flags);
    read.section(read.content(), "");
    return List.copyOf(read.words);
  }

  private Object content() {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new FailsafeSchema()) // every value is the text that stands there
            .setTagConstructors(Map.of(Tag.NULL, nothing -> ""))
            .build();
    try {
      Object content = new Load(settings).loadFromString(Files.readString(file));
      return content == null ? Map.of() : content;
    } catch (NoSuchFileException e) {
      throw new ConfigException("--config-file %s is not there".formatted(file));
    } catch (IOException e) {
      throw new ConfigException("--config-file %s cannot be read (%s)".formatted(file, e));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new ConfigException(
          "--config-file %s, line %d: %s; write YAML: name: m1"
              .formatted(file, line, e.getProblem()));
    } catch (YamlEngineException e) {
      throw new ConfigException("--config-file %s: %s".formatted(file, e.getMessage()));
    }
  }

  private void section(Object content, String prefix) {
    if (!(content instanceof Map<?, ?> entries)) {
      throw new ConfigException(
          "--config-file %s holds no names and values; write YAML: name: m1".formatted(file));
    }
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      String inner = prefix.isEmpty() ? SECTIONS.get(key) : null;
      if (inner != null && value instanceof Map) {
        section(value, inner);
      } else if (!"".equals(value)) {
        words.add(flag(key, prefix) + "=" + text(key, value));
      }
    }
  }

  private String flag(String key, String prefix) {
    String flag = "--" + prefix + key;
    if (!flags.contains(flag)) {
      throw new ConfigException(
          "--config-file %s: %s is no setting of this server; take it out".formatted(file, key));
    }
    return flag;
  }

  private String text(String key, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new ConfigException(
        "--config-file %s: %s is not a single value; write it in one, with commas"
            .formatted(file, key));
  }
}
