/**
 * etcd's Lease service. That a lease exists and which keys it holds is replicated state of the
 * store; when it ends is decided by the leader's {@link dev.balsa.server.lease.LeaseClock} alone
 * and takes effect through the log, like everything else. No other member looks at a clock for it.
 *
 * <pre>
 *  keep-alive ─► leader? ─► confirmed by a majority ─► LeaseClock renews          nothing is logged
 *                  no └───► LeaderCalls: the leader's client port
 *  LeaseClock: due ─► LeaseExpiry ─► LeaseExpire(term, ids) ─► log ─► every member deletes the keys
 * </pre>
 */
@NullMarked
package dev.balsa.server.lease;

import org.jspecify.annotations.NullMarked;
