/**
 * Locks and elections among clients, as etcd serves them: a queue of keys under one prefix, in the
 * order of their creation, each attached to its owner's lease. Who stands first has the lock or the
 * office; who comes next waits for the one right before it to go, so that nobody else is woken.
 *
 * <p>Written as a client of this very member, over a channel within the process: whatever holds for
 * a client's reads, writes and watches, such as who may do what, holds here too. Waiting is plain
 * blocking code on a virtual thread for each call.
 */
@NullMarked
package dev.balsa.server.concurrency;

import org.jspecify.annotations.NullMarked;
