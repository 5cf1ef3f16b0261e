package dev.balsa.server.watch;

import dev.balsa.proto.WatchResponse;
import dev.balsa.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that takes a number of responses and then is not ready until it is told so. */
final class FakeWire implements WatchWire {
  final List<WatchResponse> sent = new ArrayList<>();
  int room = Integer.MAX_VALUE;
  int requests;
  @Nullable EtcdError end;

  @Override
  public boolean isReady() {
    return room > 0;
  }

  @Override
  public void send(WatchResponse response) {
    sent.add(response);
    room--;
  }

  @Override
  public void requestNext() {
    requests++;
  }

  @Override
  public void end(EtcdError reason) {
    end = reason;
  }

  /** The revisions of all events so far, in the order in which they came. */
  List<Long> revisions() {
    return sent.stream()
        .flatMap(response -> response.getEventsList().stream())
        .map(event -> event.getKv().getModRevision())
        .toList();
  }
}
