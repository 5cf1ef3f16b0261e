package dev.balsa.server.cli;

import dev.balsa.proto.Event;
import dev.balsa.proto.WatchCreateRequest;
import dev.balsa.proto.WatchResponse;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One watch, printed as it comes. Several may print to one console: each response is printed as a
 * whole.
 */
final class Watching {
  private final Console console;
  private final String format;
  private final boolean hex;
  private final Consumer<Event> each;
  private final ResumingWatch watch;

  /** A watch; {@code each} is called with every event after it was printed. */
  Watching(CtlCommand ctl, Console console, Consumer<Event> each) {
    this.console = console;
    this.format = ctl.format;
    this.hex = ctl.hex;
    this.each = each;
    this.watch = new ResumingWatch(ctl.cluster(), this::take);
  }

  /**
   * Prints until the watch ends.
   *
   * @throws CommandFailure at the end, since nobody asked for one
   */
  void run(WatchCreateRequest create) {
    watch.run(create);
    throw new CommandFailure("watch is canceled by the server");
  }

  /** Has it print how far the member is. */
  void askProgress() {
    watch.askProgress();
  }

  private void take(WatchResponse response) {
    if (response.getCanceled()) {
      console.tell("watch was canceled (" + reason(response) + ")");
    }
    show(response);
    response.getEventsList().forEach(each);
  }

  private void show(WatchResponse response) {
    synchronized (console) { // whose lines are those of several watches
      if (format.equals("simple")) {
        showSimply(response);
      } else {
        reply(response).print(console, format);
      }
      console.out().flush();
    }
  }

  private static String reason(WatchResponse response) {
    if (response.getCompactRevision() != 0) {
      return "etcdserver: mvcc: required revision has been compacted";
    }
    return response.getCancelReason().isEmpty()
        ? "etcdserver: mvcc: required revision is a future revision"
        : response.getCancelReason();
  }

  /** Keys and values leave byte for byte, which text would not keep. */
  private void showSimply(WatchResponse response) {
    SimplePrinter printer = new SimplePrinter(console, hex);
    if (response.getEventsCount() == 0 && !response.getCanceled()) {
      console.println("progress notify: " + response.getHeader().getRevision());
    }
    for (Event event : response.getEventsList()) {
      console.println(event.getType().name());
      if (event.hasPrevKv()) {
        printer.keyValue(event.getPrevKv());
      }
      printer.keyValue(event.getKv());
    }
  }

  private static Reply reply(WatchResponse response) {
    FieldLines fields = new FieldLines().header(response.getHeader());
    for (Event event : response.getEventsList()) {
      fields.field("Type", event.getType());
      if (event.hasPrevKv()) {
        fields.keyValue("Prev", event.getPrevKv());
      }
      fields.keyValue("", event.getKv());
    }
    String events =
        response.getEventsList().stream().map(GoJson::of).collect(Collectors.joining(","));
    String json =
        "{\"Header\":%s,\"Events\":[%s],\"CompactRevision\":%d,\"Canceled\":%s,\"Created\":%s}\n"
            .formatted(
                GoJson.of(response.getHeader()),
                events,
                response.getCompactRevision(),
                response.getCanceled(),
                response.getCreated());
    return new Reply("", json, fields.toString());
  }
}
