package dev.balsa.raft.session;

import java.util.List;

/**
 * An open session at one moment, for whoever looks at {@link SessionMachine#open}.
 *
 * @param session its name
 * @param timeoutMillis how much log time may pass without a word of its client
 * @param deadlineMillis it ends when log time is past this, if its client is silent until then
 * @param unanswered the least number whose answer its client wants, as far as it has said; from 1
 * @param kept the numbers of the requests whose results are kept, the least first
 */
public record OpenSession(
    long session, long timeoutMillis, long deadlineMillis, long unanswered, List<Long> kept) {
  public OpenSession {
    kept = List.copyOf(kept);
  }
}
