package dev.balsa.bench;

import dev.balsa.bench.measure.Machine;
import dev.balsa.bench.measure.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that measures something and prints one table of it. */
abstract class Measurement implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  CommandSpec spec;

  /** Tells whoever waits what is being measured now. */
  final void progress(String line) {
    spec.commandLine().getErr().println(line);
  }

  /** Prints the machine, how it was measured and what; returns the exit code of success. */
  final int report(Path dir, String how, Table table) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Machine: " + Machine.describe(dir));
    out.println(how);
    out.println();
    out.print(table.markdown());
    out.flush();
    return 0;
  }
}
