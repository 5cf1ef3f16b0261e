package dev.balsa.bench.library;

import dev.balsa.bench.measure.CpuMeter;
import dev.balsa.bench.measure.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** A {@link Member} in its JVM, as the measuring process sees it. */
final class MemberJvm {
  /** The same for all libraries; the last three let old Netty and RocksDB glue run on new JDKs. */
  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xmx2g",
          "-XX:+UseG1GC",
          "--enable-native-access=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

  private final Workspace workspace;
  private final String name;
  private final Process process;
  private final Writer lines;
  private final BufferedReader answers;

  private MemberJvm(Workspace workspace, String name, Process process) {
    this.workspace = workspace;
    this.name = name;
    this.process = process;
    this.lines = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts member {@code index}, counted from 0, of {@code ports}. */
  static MemberJvm start(Workspace workspace, Library library, int index, List<Integer> ports)
      throws IOException {
    String name = "member-" + index;
    Path data = workspace.directory(name);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.add("-Dlogging.path=" + data); // where SOFA's libraries write their own logs
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Member.class.getName()));
    command.add(library.name().toLowerCase(Locale.ROOT));
    command.add(Integer.toString(index));
    command.add(ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    command.add(data.toString());
    return new MemberJvm(workspace, name, workspace.start(name, command));
  }

  static String flags() {
    return JVM_FLAGS.get(0) + " " + JVM_FLAGS.get(1);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  Status status() throws IOException {
    say("status");
    Scanner words = answer("status");
    return new Status(words.nextBoolean(), new Chain.Mark(words.nextLong(), words.nextLong()));
  }

  /** Puts a load on this member, which must be the leader, and watches what the JVMs use. */
  Load load(int outstanding, long millis, List<ProcessHandle> jvms) throws IOException {
    say("load " + outstanding + " " + millis);
    var unusedBegin = answer("begin");
    CpuMeter meter = CpuMeter.start(jvms);
    var unusedEnd = answer("end");
    CpuMeter.Use cpu = meter.read();
    Scanner words = answer("load");
    long nanos = words.nextLong();
    return new Load(nanos, words.nextLong(), words.nextLong(), decode(words.next()), cpu);
  }

  private void say(String line) throws IOException {
    lines.write(line + "\n");
    lines.flush();
  }

  private Scanner answer(String expected) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new IOException(
          "%s answered '%s' instead of '%s'; it printed last:%n%s"
              .formatted(name, line, expected, workspace.logTail(name)));
    }
    Scanner words = new Scanner(line);
    words.next();
    return words;
  }

  private static Histogram decode(String base64) throws IOException {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      return Histogram.decodeFromCompressedByteBuffer(buffer, 0);
    } catch (DataFormatException e) {
      throw new IOException("a member sent a histogram that cannot be read", e);
    }
  }

  record Status(boolean leader, Chain.Mark applied) {}

  /**
   * What one load measured.
   *
   * @param nanos how long it was measured
   * @param forces forced writes on the leader in that time, -1 if the library does not tell
   * @param failed proposals refused or lost
   * @param latencies of the acknowledged proposals, in nanoseconds
   */
  record Load(long nanos, long forces, long failed, Histogram latencies, CpuMeter.Use cpu) {

    double perSecond() {
      return latencies.getTotalCount() * 1e9 / nanos;
    }

    double entriesPerForce() {
      return forces < 0 ? Double.NaN : (double) latencies.getTotalCount() / forces;
    }
  }
}
