package dev.balsa.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The instructions of {@code deploy/Dockerfile}.
 *
 * @param instructions in order, each with what follows it on its lines
 */
record Dockerfile(List<Instruction> instructions) {
  /** One of them, such as {@code USER} with {@code 10001:10001}. */
  record Instruction(String name, String what) {}

  Dockerfile {
    instructions = List.copyOf(instructions);
  }

  /** The one in the sources. */
  static Dockerfile read() {
    String text =
        Source.text(Source.DEPLOY.resolve("Dockerfile"))
            .replaceAll("(?m)^#.*\n", "")
            .replaceAll("\\\\\n\\s*", "");
    List<Instruction> all = new ArrayList<>();
    for (String line : text.lines().filter(it -> !it.isBlank()).toList()) {
      String[] words = line.split(" +", 2);
      all.add(new Instruction(words[0], words.length > 1 ? words[1] : ""));
    }
    return new Dockerfile(all);
  }

  /**
   * What follows each instruction of this name in the last stage, the one that becomes the image.
   */
  List<String> last(String name) {
    List<String> found = new ArrayList<>();
    for (Instruction instruction : instructions) {
      if (instruction.name().equals("FROM")) {
        found.clear();
      }
      if (instruction.name().equals(name)) {
        found.add(instruction.what());
      }
    }
    return found;
  }

  /** What follows each instruction of this name in any stage. */
  List<String> all(String name) {
    return instructions.stream()
        .filter(it -> it.name().equals(name))
        .map(Instruction::what)
        .toList();
  }

  /** The variables that the image sets. */
  Map<String, String> environment() {
    Map<String, String> variables = new TreeMap<>();
    for (String line : last("ENV")) {
      for (String one : line.split(" +", -1)) {
        Source.readVariable(one, variables);
      }
    }
    return variables;
  }
}
