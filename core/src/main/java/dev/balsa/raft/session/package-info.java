/**
 * Client sessions: a command that is submitted again and again takes effect once (paper §8, thesis
 * §6.3).
 *
 * <p>A {@link dev.balsa.raft.session.SessionMachine} stands around the state machine of a group.
 * Its commands are {@link dev.balsa.raft.session.SessionCommand}s: open a session, a numbered
 * request within it, keep it alive, close it. The result of a request is kept until the client says
 * that it has heard it; the same request again gets that result and changes nothing. All of it is
 * part of the snapshot.
 *
 * <p>Nothing here reads a clock. Each command carries the time of whoever submitted it, and
 * sessions expire by what these times come down to in the log's order, the same on every replica.
 *
 * <pre>{@code
 * var machine = new SessionMachine<>(new Counter(), codec);
 * Bytes open = new SessionCommand.Open(60_000, nowMillis).encode();
 * // Opened(17): the session is called 17; its requests count from 1
 * Bytes first = new SessionCommand.Request(17, 1, 1, nowMillis, command).encode();
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.balsa.raft.session;
