package dev.balsa.server.watch;

import dev.balsa.kv.History;
import dev.balsa.kv.HistoryQuery;
import dev.balsa.node.Consistency;
import dev.balsa.node.ReadOutcome;
import dev.balsa.proto.WatchResponse;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.http.ConnectionThread;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Headers;
import io.grpc.stub.ServerCallStreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread that owns the {@link WatchDesk}. It asks the store for one page of history at a
 * time, however many clients are behind: writes go on between two pages.
 */
public final class WatchLoop implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WatchLoop.class.getName());

  private static final int PAGE_CHANGES = 1_000;
  private static final long PAGE_BYTES = 1L << 20;

  private final LinkedBlockingQueue<WatchInput> inbox = new LinkedBlockingQueue<>();
  private final AtomicBoolean opened = new AtomicBoolean();
  private final Backend backend;
  private final WatchFeed feed;
  private final WatchDesk desk;
  private final Thread thread;
  private final List<CallWire> unsent = new ArrayList<>(); // this thread's
  private final long startNanos = System.nanoTime();

  // Written by this thread, for the metrics.
  private volatile WatchDesk.Figures figures = new WatchDesk.Figures(0, 0, 0, 0);
  private volatile boolean ended; // written by this thread, once

  private WatchLoop(Backend backend, Headers headers, WatchDesk.Settings settings) {
    this.backend = backend;
    this.feed = new WatchFeed(inbox::add);
    this.desk = new WatchDesk(settings, new Store(), headers);
    this.thread = Thread.ofPlatform().name("balsa-watch").daemon().unstarted(this::run);
  }

  /**
   * Starts to follow {@code backend}.
   *
   * @param fragmentBytes the size from which on a response to a watcher that takes fragments is cut
   * @param progressMillis how often a watcher that asked for it is told that nothing happens
   * @param leaderlessMillis how long a stream that requires a leader goes on without one
   */
  public static WatchLoop start(
      Backend backend,
      Headers headers,
      int fragmentBytes,
      long progressMillis,
      long leaderlessMillis) {
    WatchLoop loop =
        new WatchLoop(
            backend,
            headers,
            new WatchDesk.Settings(fragmentBytes, progressMillis, leaderlessMillis));
    loop.thread.start();
    backend.observe(loop.feed);
    return loop;
  }

  /** How the desk gets at the store; called on this thread. */
  private final class Store implements WatchDesk.Source {
    @Override
    public void want(boolean changes, boolean withPrev) {
      feed.want(changes, withPrev);
    }

    @Override
    public void fetch(long from, boolean withPrev) {
      HistoryQuery query = new HistoryQuery(from, PAGE_CHANGES, PAGE_BYTES, withPrev);
      var unused =
          backend
              .<History>read(Consistency.STALE, machine -> machine.kv().history(query))
              .thenAccept(
                  outcome ->
                      inbox.add(
                          outcome
                                  instanceof
                                  ReadOutcome.Served<History>(
                                      History history,
                                      long index,
                                      var path,
                                      var age)
                              ? new WatchInput.Fetched(from, withPrev, history)
                              : new WatchInput.FetchRefused()));
    }
  }

  /** Called now and then, so that time passes for those who watch. Any thread. */
  public void tick() {
    long now = (System.nanoTime() - startNanos) / 1_000_000;
    put(new WatchInput.Tick(now, backend.status().raft().leader() != null));
  }

  /** How many watchers there are. Any thread. */
  public long watchers() {
    return figures.watchers();
  }

  /** How many streams are open. Any thread. */
  public long streams() {
    return figures.streams();
  }

  /** How many watchers have not got everything yet. Any thread. */
  public long watchersBehind() {
    return figures.behind();
  }

  /** How many events were sent. Any thread. */
  public long events() {
    return figures.events();
  }

  /**
   * How many events wait to be told to whom they are for. What a watcher that is behind lacks is
   * not among them: it reads that from history. Any thread.
   */
  public long eventsPending() {
    return feed.backlog();
  }

  /** The way back over {@code call}, which runs. */
  CallWire wire(ServerCallStreamObserver<WatchResponse> call) {
    return new CallWire(call, ConnectionThread.CURRENT.get(), unsent::add);
  }

  /** Takes a new stream. Any thread; the inputs of one stream in their order. */
  void open(WatchStream stream) {
    put(new WatchInput.Opened(stream));
    catchUpOnce();
  }

  void put(WatchInput input) {
    inbox.add(input);
    if (ended && input instanceof WatchInput.Opened(WatchStream stream)) {
      stream.wire.end(EtcdError.STOPPED);
    }
  }

  /** A member that has just started applies its whole log: none of it is news to anybody. */
  private void catchUpOnce() {
    if (!opened.compareAndSet(false, true)) {
      return;
    }
    var unused =
        backend
            .<Boolean>read(Consistency.LINEARIZABLE, machine -> true)
            .thenAccept(
                outcome -> {
                  switch (outcome) {
                    case ReadOutcome.Served<Boolean> served -> put(new WatchInput.CaughtUp());
                    case ReadOutcome.Refused<Boolean> refused -> opened.set(false);
                    case ReadOutcome.Stopped<Boolean> stopped -> {}
                  }
                });
  }

  private void run() {
    try {
      WatchInput input;
      do {
        input = inbox.take();
        desk.take(input);
        unsent.forEach(CallWire::flush);
        unsent.clear();
        if (input instanceof WatchInput.Published published) {
          feed.taken(published);
        }
        if (input instanceof WatchInput.Tick && desk.isEarly()) {
          catchUpOnce();
        }
        figures = desk.figures();
      } while (!(input instanceof WatchInput.Stop));
    } catch (InterruptedException e) {
      desk.endAll(EtcdError.STOPPED);
    } catch (Throwable defect) {
      // The root of this thread: clients must not wait for events that nobody sends any more.
      LOG.log(Level.ERROR, "watching ends on this member, which is a defect; restart it", defect);
      desk.endAll(EtcdError.STOPPED);
    } finally {
      feed.want(false, false);
      ended = true;
      endLeftOver();
    }
  }

  private void endLeftOver() {
    for (WatchInput input = inbox.poll(); input != null; input = inbox.poll()) {
      if (input instanceof WatchInput.Opened(WatchStream stream)) {
        stream.wire.end(EtcdError.STOPPED);
      }
    }
  }

  /** Ends all streams and the thread. */
  @Override
  public void close() {
    inbox.add(new WatchInput.Stop());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
