/**
 * etcd's Watch service. Everything here but {@link dev.balsa.server.watch.WatchService}, which
 * takes calls in, and {@link dev.balsa.server.watch.WatchFeed}, which takes changes in, belongs to
 * the one thread of {@link dev.balsa.server.watch.WatchLoop}.
 *
 * <pre>
 *  applying thread ── WatchFeed ──┐                          ┌─► synced watchers: by key, at once
 *  gRPC threads ── WatchService ──┴─► inbox ─► WatchDesk ────┤
 *  applying thread ◄── HistoryQuery, one at a time ──────────┴─► behind: page after page
 * </pre>
 *
 * <p>No watcher has a queue. One that is synced gets a change when it happens; if its client is not
 * ready to take it, the watcher only remembers the revision it needs next and is behind. Those
 * behind read on together, oldest first, from the latest changes in memory or else from the store's
 * history, whenever their clients are ready. So a slow client costs a number, loses nothing, and is
 * canceled only when the history it still needs has been compacted.
 */
@NullMarked
package dev.balsa.server.watch;

import org.jspecify.annotations.NullMarked;
