package dev.balsa.server.cli;

import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RangeStreamResponse;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reads a key or a range of keys. */
@Command(name = "get", description = "Gets the key or a range of keys.")
final class CtlGet implements Runnable {
  @Mixin GetFlags flags = new GetFlags();

  @Option(names = "--stream", description = "Get the keys in pieces (etcd 3.7 and later).")
  boolean stream;

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
    printer.get(
        ctl.cluster()
            .read(
                channel ->
                    stream
                        ? whole(ctl.kv(channel).rangeStream(request))
                        : ctl.kv(channel).range(request)));
  }

  private static RangeResponse whole(Iterator<RangeStreamResponse> pieces) {
    RangeResponse.Builder whole = RangeResponse.newBuilder();
    pieces.forEachRemaining(piece -> whole.mergeFrom(piece.getRangeResponse()));
    return whole.build();
  }
}
