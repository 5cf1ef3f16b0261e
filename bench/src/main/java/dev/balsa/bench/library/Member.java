package dev.balsa.bench.library;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One member in a JVM of its own, led by lines on standard input and answering on standard output:
 *
 * <pre>
 *   status                         status LEADER COUNT SUM
 *   load OUTSTANDING MILLIS        begin, then end, then load NANOS FORCES FAILED HISTOGRAM
 *   end of input                   ends
 * </pre>
 *
 * FORCES is -1 if the library does not tell; HISTOGRAM is HdrHistogram's compressed form in base
 * 64.
 */
final class Member {
  private static final long SETTLE_MILLIS = 500;

  private final ReplicatedLog log;
  private final PrintStream answers;

  private Member(ReplicatedLog log, PrintStream answers) {
    this.log = log;
    this.answers = answers;
  }

  /** Arguments: library, member from 0, ports joined by commas, data directory. */
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream answers = System.out;
    System.setOut(System.err); // a library that prints must not disturb the answers
    Library library = Library.valueOf(args[0].toUpperCase(Locale.ROOT));
    List<Integer> ports = Arrays.stream(args[2].split(",", -1)).map(Integer::valueOf).toList();
    try (ReplicatedLog log = library.start(Integer.parseInt(args[1]), ports, Path.of(args[3]))) {
      new Member(log, answers).serve();
    }
    System.exit(0); // a library may leave threads behind
  }

  private void serve() throws IOException, InterruptedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Scanner words = new Scanner(line);
      switch (words.next()) {
        case "status" -> status();
        case "load" -> load(words.nextInt(), words.nextLong());
        default -> throw new IllegalArgumentException("unknown line: " + line);
      }
    }
  }

  private void status() {
    Chain.Mark mark = log.applied();
    answer("status %s %d %d".formatted(log.isLeader(), mark.count(), mark.sum()));
  }

  private void load(int outstanding, long millis) throws InterruptedException {
    ClosedLoop loop = ClosedLoop.start(log, outstanding);
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    var unused = loop.takeLatencies();
    long forced = log.forces().orElse(-1);
    long from = System.nanoTime();
    answer("begin");
    TimeUnit.MILLISECONDS.sleep(millis);
    Histogram latencies = loop.takeLatencies();
    long nanos = System.nanoTime() - from;
    long forces = forced < 0 ? -1 : log.forces().orElseThrow() - forced;
    answer("end");
    loop.drain();
    answer("load %d %d %d %s".formatted(nanos, forces, loop.failed(), encode(latencies)));
  }

  private void answer(String line) {
    answers.println(line);
    answers.flush();
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }
}
