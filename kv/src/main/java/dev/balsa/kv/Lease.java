package dev.balsa.kv;

/**
 * A promise that keys live for a while, as every member knows it. When the while is over is known
 * to the leader alone, whose clock counts; see {@link Command.LeaseExpire}.
 *
 * @param id not 0
 * @param ttlSeconds how long it lives after each renewal
 * @param remainingSeconds what was left when it was last written down, 0 for all of {@code
 *     ttlSeconds}; a new leader starts from here
 */
public record Lease(long id, long ttlSeconds, long remainingSeconds) {}
