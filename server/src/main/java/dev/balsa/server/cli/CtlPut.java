package dev.balsa.server.cli;

import dev.balsa.proto.PutRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes a key. */
@Command(
    name = "put",
    description = {
      "Puts the given key into the store.",
      "A value that begins with a dash goes after \"--\": put -- KEY -VALUE."
    })
final class CtlPut implements Runnable {
  @Mixin PutFlags flags = new PutFlags();

  private final CtlCommand ctl;
  private final Console console;

  CtlPut(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    KeyValuePrinter printer = ctl.keyValuePrinter();
    Cluster cluster = ctl.cluster();
    PutRequest request = flags.request(console::readAll);
    printer.put(cluster.write(channel -> ctl.kv(channel).put(request)));
  }
}
