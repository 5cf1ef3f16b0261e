package dev.balsa.server.metrics;

/**
 * What a member does for its clients: some of the series as plain numbers.
 *
 * @param pending writes that wait for their answer
 * @param failed writes that were answered with an error since the start
 * @param watchers watchers that there are
 * @param behind those of them that have not got everything yet
 * @param leases leases that there are
 * @param received bytes of clients' messages since the start
 * @param sent bytes of messages to clients since the start
 * @param quotaBytes how large the store may grow, 0 for no limit
 * @param ranges how long calls of {@code Range} take
 * @param puts the same of {@code Put}
 * @param txns the same of {@code Txn}
 * @param applies how long batches of commands take to be applied to the store
 * @param calls how the calls since the start came out
 */
public record Workload(
    long pending,
    long failed,
    long watchers,
    long behind,
    long leases,
    long received,
    long sent,
    long quotaBytes,
    Spans.Summary ranges,
    Spans.Summary puts,
    Spans.Summary txns,
    Spans.Summary applies,
    Calls calls) {}
