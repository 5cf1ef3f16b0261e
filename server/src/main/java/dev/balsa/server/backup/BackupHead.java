package dev.balsa.server.backup;

import dev.balsa.raft.EntryId;

/**
 * What a backup is of.
 *
 * @param last the last entry whose command is in it
 * @param revision the newest revision
 * @param keys how many keys exist
 */
public record BackupHead(EntryId last, long revision, long keys) {}
