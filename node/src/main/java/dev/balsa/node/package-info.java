/**
 * Raft for an application: a {@link dev.balsa.node.RaftNode} replicates a {@link
 * dev.balsa.raft.StateMachine} of yours to its peers through a log on disk, on two threads of its
 * own. A {@link dev.balsa.node.RaftHost} does so for many groups at once, a {@link
 * dev.balsa.node.Session} makes commands take effect once. Needs nothing but the JDK.
 *
 * <pre>{@code
 * var members = Map.of(
 *     new NodeId(1), new PeerAddress("10.0.0.1", 2380),
 *     new NodeId(2), new PeerAddress("10.0.0.2", 2380),
 *     new NodeId(3), new PeerAddress("10.0.0.3", 2380));
 * var config = NodeConfig.of(new NodeId(1), members, Path.of("/var/lib/counter"));
 * try (var node = RaftNode.start(config, new Counter())) {
 *   Outcome<Long> outcome = node.submit(Bytes.utf8("42")).join();          // on any node
 *   ReadOutcome<Long> sum = node.read(Consistency.LINEARIZABLE, c -> c.sum).join();
 * }
 * }</pre>
 *
 * <p>A node joins a running group in two steps, in any order: a member is asked for {@code
 * reconfigure(List.of(new Change.Add(id, Seat.JOINING, Bytes.utf8("host:port"))))}, where the
 * others find its address, and the node itself starts with {@link
 * dev.balsa.node.NodeConfig#joining} and its own and some members' addresses. It becomes a voter by
 * itself once it has caught up.
 *
 * <p>Futures complete on the node's own threads, which must not be blocked; they never complete
 * exceptionally but for what a query throws. A command that is {@code Unknown} may yet take effect:
 * what must not happen twice goes through a session.
 */
package dev.balsa.node;
