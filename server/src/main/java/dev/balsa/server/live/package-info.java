/**
 * What the page's live view shows: how this member stands and what its core said last ({@link
 * dev.balsa.server.live.Instruments}), and the same of the others, asked for over their client
 * ports while somebody looks ({@link dev.balsa.server.live.LiveView}). A member that does not
 * answer is unknown; nothing is guessed, and only {@link dev.balsa.server.live.Operations}, where
 * switched on, changes anything.
 */
@NullMarked
package dev.balsa.server.live;

import org.jspecify.annotations.NullMarked;
