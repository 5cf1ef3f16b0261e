package dev.balsa.server.cli;

import dev.balsa.proto.RangeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads a key or a range of keys. */
@Command(name = "get", description = "Gets the key or a range of keys.")
final class CtlGet implements Runnable {
  @Mixin GetFlags flags = new GetFlags();

  private final CtlCommand ctl;
  private final Console console;

  CtlGet(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    if (flags.valueOnly && !ctl.format.equals("simple")) {
      throw new BadUsage("print-value-only is only for `--write-out=simple`");
    }
    RangeRequest request = flags.request();
    KeyValuePrinter printer =
        ctl.format.equals("simple")
            ? new SimplePrinter(console, ctl.hex, flags.valueOnly, flags.countOnly)
            : ctl.keyValuePrinter();
    printer.get(ctl.cluster().read(channel -> ctl.kv(channel).range(request)));
  }
}
