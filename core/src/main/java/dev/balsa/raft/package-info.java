/**
 * Raft as a pure state machine: {@code Raft.step} takes an {@link dev.balsa.raft.Input} and the
 * time, and returns a {@link dev.balsa.raft.Ready} that says what the host must write, send and
 * answer. Nothing here reads a clock, a file, a socket or a salted hash.
 *
 * <p>A host's loop:
 *
 * <pre>{@code
 * Ready ready = raft.step(now, input);
 * log.write(ready.persist());
 * network.send(ready.sendNow());
 * log.force();
 * network.send(ready.sendDurable());
 * raft.step(now, new Input.Persisted(ready.persist().sequence()));
 * apply(raft.committed(applied, bytesMax));
 * }</pre>
 *
 * <p>Its obligations: writes happen in step order; {@code sendDurable} waits for the force; a
 * failed force is never retried, the node stops. Messages may be lost, delayed, reordered and
 * repeated, but for {@code Message.Forward} and {@code ForwardChange}, which must not arrive twice:
 * the core would take two copies for two requests. A host that tells data directories apart gives
 * {@code Input.Greeted} before the first message of each, and none of a former one after it.
 */
package dev.balsa.raft;
