package dev.balsa.server.rocks;

import dev.balsa.kv.KvMachine;
import dev.balsa.kv.OrderedStore;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine.Committed;
import dev.balsa.server.backend.ServerMachine;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A process of its own that applies a {@link Script} to a store on disk and says after each batch
 * up to where, until it is killed. Now and then it restores its own state, as from a snapshot.
 */
final class ApplyingProcess implements AutoCloseable {
  static final String TEMPORARY = "tmp";

  private static final int BATCHES_MAX = 20_000;
  private static final int BATCHES_BETWEEN_RESTORES = 60;

  private final Process process;
  private final BufferedReader said;

  private ApplyingProcess(Process process) {
    this.process = process;
    this.said = process.inputReader();
  }

  /**
   * A process whose store is in {@code parent}, and whose temporary files in {@link #TEMPORARY}.
   */
  static ApplyingProcess start(Path parent, long seed) throws IOException {
    Path temporary = Files.createDirectories(parent.resolve(TEMPORARY));
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                ApplyingProcess.class.getName(),
                parent.toString(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new ApplyingProcess(process);
  }

  /** The next index up to which it has applied. */
  long next() throws IOException {
    String line = said.readLine();
    if (line == null) {
      throw new AssertionError("the process ended by itself");
    }
    return Long.parseLong(line);
  }

  /** Ends it without warning; returns the last index that it said. */
  long kill() throws IOException {
    process.toHandle().destroyForcibly(); // the process' own method would close what it said
    long last = 0;
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      last = Long.parseLong(line);
    }
    process.onExit().join();
    return last;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** Goes on where the store stands. */
  public static void main(String[] args) {
    long seed = Long.parseLong(args[1]);
    OrderedStore store = StoreKind.ROCKSDB.open(Path.of(args[0]));
    ServerMachine machine = new ServerMachine(new KvMachine(store));
    Script script = new Script(seed);
    long index = 0;
    while (index < machine.recovered().index()) {
      index = script.next().id().index();
    }
    SplitMix random = new SplitMix(seed + index);
    for (int batch = 1; batch <= BATCHES_MAX; batch++) {
      List<Committed> commands = new ArrayList<>();
      for (long left = random.nextBetween(1, 20); left > 0; left--) {
        commands.add(script.next());
      }
      machine.apply(commands);
      System.out.println(commands.getLast().id().index());
      if (batch % BATCHES_BETWEEN_RESTORES == 0) {
        Iterator<Bytes> parts = States.of(machine).iterator();
        machine.restore(() -> parts.hasNext() ? parts.next() : null);
      }
    }
  }
}
