package dev.balsa.node.net;

import dev.balsa.node.Identity;
import dev.balsa.node.codec.SliceCodec;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.SplitMix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages over TCP, by one selector on the loop's thread: it accepts, dials, reads and writes, and
 * nothing is handed to another thread but the resolving of names and the arithmetic of TLS
 * handshakes. Never interrupt that thread: an interrupt closes the channels it uses.
 *
 * <p>{@link #peers}, {@link #localPort} and {@link #wakeup} may be called by any thread.
 */
public final class TcpTransport implements Transport {
  private static final int READ_BYTES = 256 << 10;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final TcpConfig config;
  private final MessageCodec codec;
  private final LongSupplier clock;
  private final Resolver resolver;
  private final SplitMix random;
  private final Journal journal;
  private final Chunks chunks = new Chunks();
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final Lines lines;
  private final ByteBuffer ping = Frame.bare(Frame.PING);
  private final ByteBuffer pong = Frame.bare(Frame.PONG);
  private final Parking parking = new Parking();
  private final Map<NodeId, Dialed> dialed = new TreeMap<>();
  private final Arrivals arrivals = new Arrivals();
  private final ConcurrentLinkedQueue<Runnable> done = new ConcurrentLinkedQueue<>();
  private volatile List<Peer> peers = List.of(); // in id order; the loop writes
  private final Selector selector;
  private final PeerPort port;
  private Membership committed = Membership.UNKNOWN;
  private long now;

  /**
   * Binds the listening address and begins to dial the peers with the first {@link #poll}.
   *
   * @param slices shared with the log, so that a slice is encoded once
   * @throws NetworkException if the address cannot be bound
   */
  public TcpTransport(TcpConfig config, SliceCodec slices) {
    this(config, slices, System::nanoTime, InetAddress::getAllByName, Journal.toSystemLog());
  }

  TcpTransport(
      TcpConfig config, SliceCodec slices, LongSupplier clock, Resolver resolver, Journal journal) {
    this.config = config;
    this.codec = new MessageCodec(slices);
    this.clock = clock;
    this.resolver = resolver;
    this.journal = journal;
    this.random = new SplitMix(config.seed());
    this.now = clock.getAsLong();
    this.lines = new Lines(this, config.listen().secure(), config.tls(), READ_BYTES);
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new NetworkException("no selector for the peer network: " + e.getMessage(), e);
    }
    this.port = new PeerPort(this, config.listen(), selector);
    config.peers().forEach(this::add);
  }

  @Override
  public void send(GroupId group, NodeId to, Message message) {
    Dialed link = dialed.get(to);
    if (link != null) {
      link.send(group, message);
    }
  }

  @Override
  public void flush() {
    for (Dialed link : dialed.values()) {
      link.flush();
    }
  }

  @Override
  public void poll(long timeoutNanos, Receiver receiver) {
    now = clock.getAsLong();
    select(untilDue(timeoutNanos));
    now = clock.getAsLong();
    for (Runnable task = done.poll(); task != null; task = done.poll()) {
      task.run();
    }
    runDue(); // after the sockets, so that a late loop finds an answer before it misses it
    arrivals.deliver(receiver);
  }

  @Override
  public void wakeup() {
    if (parking.signal()) {
      selector.wakeup();
    }
  }

  @Override
  public void close() {
    dialed.values().forEach(Dialed::close);
    for (Peer peer : peers) {
      Accepted accepted = peer.accepted;
      if (accepted != null) {
        accepted.close();
      }
    }
    port.close();
    try {
      selector.close();
    } catch (IOException e) {
      journal.warn("selector of peer port %s did not close: %s".formatted(listening(), e));
    }
  }

  @Override
  public void locate(NodeId node, PeerAddress address) {
    Dialed link = dialed.get(node);
    if (link != null) {
      link.peer().address = address;
    } else {
      add(node, address);
    }
  }

  @Override
  public boolean isConnected(NodeId node) {
    Peer peer = peer(node);
    return peer != null && peer.outbound == PeerStatus.Connection.CONNECTED;
  }

  @Override
  public void tell(Membership latest) {
    committed = latest;
  }

  private void add(NodeId node, PeerAddress address) {
    Peer peer = new Peer(node, address);
    dialed.put(node, new Dialed(this, peer));
    List<Peer> more = new ArrayList<>(peers);
    more.add(peer);
    more.sort(Comparator.comparing(one -> one.node));
    peers = List.copyOf(more);
  }

  @Override
  public void forget(NodeId node) {
    Dialed link = dialed.remove(node);
    if (link == null) {
      return;
    }
    link.close();
    Accepted accepted = link.peer().accepted;
    if (accepted != null) {
      accepted.close();
      link.peer().accepted = null;
    }
    arrivals.forget(node);
    peers = peers.stream().filter(peer -> !peer.node.equals(node)).toList();
  }

  /** Who this node says it is. */
  public Identity identity() {
    return config.self();
  }

  /** The port that peers are accepted on, also if the system chose it. */
  public int localPort() {
    return port.address().port();
  }

  @Override
  public List<PeerStatus> peers() {
    return peers.stream().map(Peer::status).toList();
  }

  private long untilDue(long timeoutNanos) {
    if (!arrivals.isEmpty() || !done.isEmpty()) {
      return 0;
    }
    long wait = port.untilDue(timeoutNanos);
    for (Dialed link : dialed.values()) {
      wait = Math.min(wait, link.deadline() - now);
    }
    return wait;
  }

  private void select(long waitNanos) {
    try {
      if (waitNanos > 0 && parking.park()) {
        selector.select(this::ready, Math.ceilDiv(waitNanos, NANOS_PER_MILLI));
      } else {
        selector.selectNow(this::ready);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("selector of peer port " + listening() + " failed", e);
    }
    parking.unpark();
  }

  private void ready(SelectionKey key) {
    if (key.isValid() && key.attachment() instanceof Endpoint endpoint) {
      endpoint.ready();
    }
  }

  private void runDue() {
    for (Dialed link : dialed.values()) {
      link.tick();
    }
    port.tick();
  }

  // What the connections need of their transport, all on the loop's thread.

  long now() {
    return now;
  }

  Identity self() {
    return config.self();
  }

  TcpConfig.Bounds bounds() {
    return config.bounds();
  }

  PeerAddress listening() {
    return port.address();
  }

  MessageCodec codec() {
    return codec;
  }

  Chunks chunks() {
    return chunks;
  }

  Journal journal() {
    return journal;
  }

  Lines lines() {
    return lines;
  }

  /** Shared by all connections; holds nothing between two reads. */
  ByteBuffer readBuffer() {
    return readBuffer;
  }

  ByteBuffer ping() {
    return ping.duplicate();
  }

  ByteBuffer pong() {
    return pong.duplicate();
  }

  /** Something between half of {@code nanos} and all of it. */
  long jitter(long nanos) {
    return random.nextBetween(nanos / 2, nanos + 1);
  }

  @Nullable Peer peer(NodeId node) {
    Dialed link = dialed.get(node);
    return link == null ? null : link.peer();
  }

  Dialed dialed(Peer peer) {
    return dialed(peer.node);
  }

  private Dialed dialed(NodeId node) {
    Dialed link = dialed.get(node);
    if (link == null) {
      throw new IllegalArgumentException(
          "node %s is no peer of node %s".formatted(node, self().node()));
    }
    return link;
  }

  Arrivals arrivals() {
    return arrivals;
  }

  /** The membership as far as it is committed. */
  Membership committed() {
    return committed;
  }

  void forget(Accepted stranger) {
    port.forget(stranger);
  }

  void remember(Peer peer, IncarnationId incarnation) {
    IncarnationId known = peer.incarnation;
    if (known != null && !known.equals(incarnation)) {
      journal.warn(
          "node %s came back with another data directory: incarnation %s, before %s"
              .formatted(peer.node, incarnation, known));
    }
    peer.incarnation = incarnation;
  }

  SelectionKey register(SocketChannel channel, int operations, Endpoint endpoint)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, operations, endpoint);
  }

  void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      journal.warn("a connection of peer port %s did not close: %s".formatted(listening(), e));
    }
  }

  /** The addresses of {@code host}, none if the name service knows none; may block. */
  InetAddress[] resolve(String host) {
    try {
      return resolver.resolve(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  /** Resolves on a thread of its own, then hands the addresses over on the loop's. */
  void resolveAside(String host, Consumer<InetAddress[]> then) {
    InetAddress[][] addresses = new InetAddress[1][];
    aside("resolve-" + host, () -> addresses[0] = resolve(host), () -> then.accept(addresses[0]));
  }

  /** Does {@code work} on a thread of its own, then goes on with {@code then} on the loop's. */
  void aside(String name, Runnable work, Runnable then) {
    Thread.ofVirtual()
        .name(name)
        .start(
            () -> {
              try {
                work.run();
              } finally {
                done.add(then);
                wakeup();
              }
            });
  }

  /** A name service. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }
}
