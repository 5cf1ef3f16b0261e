package dev.balsa.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of the sources that the tests read. */
final class Source {
  /** The root of the repository: tests run in a module. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Path DEPLOY = ROOT.resolve("deploy");

  private static final Pattern VARIABLE = Pattern.compile("#?([A-Z_]+)=(.*)");

  private Source() {}

  /** The whole text of a file. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its documents, as maps, lists and plain values; a key that comes twice is an error. */
  static List<Object> yaml(Path file) {
    return yaml(text(file));
  }

  /** The documents of {@code text}. */
  static List<Object> yaml(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Object> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(options)).loadAll(text).forEach(documents::add);
    return documents;
  }

  /** Puts a line {@code NAME=value} into {@code variables}; false if it is none. */
  static boolean readVariable(String line, Map<String, String> variables) {
    Matcher found = VARIABLE.matcher(line);
    if (!found.matches()) {
      return false;
    }
    variables.put(found.group(1), found.group(2));
    return true;
  }

  /** A map with names as keys, of which YAML says nothing. */
  @SuppressWarnings("unchecked") // YAML's maps have strings as keys here, or the test fails there
  static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }

  /** A list of nodes. */
  @SuppressWarnings("unchecked") // the elements are objects, whatever they are
  static List<Object> list(Object node) {
    return (List<Object>) node;
  }
}
