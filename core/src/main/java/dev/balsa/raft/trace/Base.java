package dev.balsa.raft.trace;

import dev.balsa.raft.HardState;
import dev.balsa.raft.Membership;
import org.jspecify.annotations.Nullable;

/**
 * Where a segment of a recording begins.
 *
 * @param at when, on the trace's time line, in nanoseconds
 * @param now the same as the core was told it
 * @param standing how the core stood
 * @param hardState the term and vote that it had written or was writing
 * @param log which terms its log's entries had
 * @param membership who took part, as far as it knew
 * @param beginning what a process was started with just then; null in the middle of one
 */
public record Base(
    long at,
    long now,
    Standing standing,
    HardState hardState,
    LogRuns log,
    Membership membership,
    @Nullable Beginning beginning) {
  void write(TraceOut out) {
    out.signed(at).signed(now);
    standing.write(out);
    Values.write(out, hardState);
    log.write(out);
    Values.write(out, membership);
    out.flag(beginning != null);
    if (beginning != null) {
      beginning.write(out);
    }
  }

  static Base read(TraceIn in) {
    return new Base(
        in.signed(),
        in.signed(),
        Standing.read(in),
        Values.hardState(in),
        LogRuns.read(in),
        Values.membership(in),
        in.flag() ? Beginning.read(in) : null);
  }
}
