/**
 * Carries {@link dev.balsa.raft.Message} between the nodes of a cluster over TCP. It knows who a
 * peer is, never what a message means: nothing here reads a term or decides about a log.
 *
 * <p>{@link dev.balsa.node.net.Transport} is the seam, {@link dev.balsa.node.net.TcpTransport} the
 * real one. One thread, the node's loop, owns it and every socket in it:
 *
 * <pre>{@code
 * transport.poll(timeoutNanos, receiver);   // the only place that waits
 * transport.send(peer, message);            // buffers
 * transport.flush();                        // writes, without waiting
 * }</pre>
 *
 * <h2>Connections</h2>
 *
 * <p>Each node dials each peer and sends its messages on the connection it dialed; what comes back
 * on it is only the handshake's answer and pongs. So a pair of nodes has two connections, and nodes
 * that dial each other at the same moment need no rule for which connection survives, as they would
 * with one. The price is one more socket for each pair.
 *
 * <h2>Bytes</h2>
 *
 * <p>All numbers are big-endian. The dialer begins with a hello:
 *
 * <pre>
 * hello    magic 8 | version 2 | cluster 8 | from 8 | to 8 | incarnation 8 | crc32c 4
 * welcome  magic 8 | version 2 | verdict 1 | cluster 8 | node 8 | incarnation 8 | crc32c 4
 * </pre>
 *
 * <p>The acceptor answers with a welcome. Its verdict is 0, or the code of a {@link
 * dev.balsa.node.net.Rejection}, after which it closes. Magic and version keep their place in every
 * version. A hello of nobody (cluster, from, to and incarnation are 0) asks who the members are:
 * the welcome's verdict is then 64, and {@code length 4 | membership | crc32c 4} ends the
 * connection. Frames follow:
 *
 * <pre>
 * frame    crc32c 4 | type 1 | group 8 | length of head 2 | length of tail 4 | crc32c of tail 4
 *          | head | tail
 * </pre>
 *
 * <p>The first checksum covers everything between itself and the tail. The tail's was computed when
 * the slice was encoded, once for the disk and all peers. The types and their bodies stand in
 * {@code MessageCodec}; ping (1) and pong (2) have none.
 */
package dev.balsa.node.net;
