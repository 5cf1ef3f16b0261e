package dev.balsa.server.cli;

import dev.balsa.proto.TxnRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a transaction that it reads from standard input. */
@Command(
    name = "txn",
    description = {
      "Runs a transaction read from standard input.",
      "It has three parts, each ended by an empty line: compares, what to do if all hold,"
          + " what to do if not. For example:",
      "",
      "  value(\"key\") = \"old\"",
      "  mod(\"other\") > \"17\"",
      "",
      "  put key new",
      "",
      "  get key",
      ""
    })
final class CtlTxn implements Runnable {
  @Option(
      names = {"-i", "--interactive"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Print the name of each part before reading it.")
  boolean interactive;

  private final CtlCommand ctl;
  private final Console console;

  CtlTxn(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    KeyValuePrinter printer = ctl.keyValuePrinter();
    Cluster cluster = ctl.cluster();
    TxnRequest request =
        TxnScript.read(
            new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8)),
            this::prompt);
    printer.txn(cluster.write(channel -> ctl.kv(channel).txn(request)));
  }

  private void prompt(String part) {
    if (interactive) {
      console.println(part);
      console.out().flush();
    }
  }
}
