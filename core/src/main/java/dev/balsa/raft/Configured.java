package dev.balsa.raft;

/**
 * A membership and the entry that carries it.
 *
 * @param at the entry, {@link EntryId#ZERO} if the node was started with it
 */
public record Configured(EntryId at, Membership membership) {}
