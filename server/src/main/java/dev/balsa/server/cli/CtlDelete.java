package dev.balsa.server.cli;

import dev.balsa.proto.DeleteRangeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Deletes a key or a range of keys. */
@Command(name = "del", description = "Removes the key or a range of keys.")
final class CtlDelete implements Runnable {
  @Mixin DeleteFlags flags = new DeleteFlags();

  private final CtlCommand ctl;

  CtlDelete(CtlCommand ctl) {
    this.ctl = ctl;
  }

  @Override
  public void run() {
    KeyValuePrinter printer = ctl.keyValuePrinter();
    DeleteRangeRequest request = flags.request();
    printer.delete(ctl.cluster().write(channel -> ctl.kv(channel).deleteRange(request)));
  }
}
