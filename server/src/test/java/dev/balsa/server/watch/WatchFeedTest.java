package dev.balsa.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.kv.Command;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.StateMachine.Committed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchFeedTest {
  private final List<WatchInput> inbox = new ArrayList<>();
  private final WatchFeed feed = new WatchFeed(inbox::add);
  private final KvMachine kv = new KvMachine();
  private long index;

  @Test
  void changesWaitUntilTheLoopHasTakenThem() {
    feed.want(true, false);

    put("a", "b", "c");
    put("d");

    assertThat(feed.backlog()).isEqualTo(4);
    feed.taken((WatchInput.Published) inbox.getFirst());
    assertThat(feed.backlog()).isEqualTo(1);
    feed.taken((WatchInput.Published) inbox.getLast());
    assertThat(feed.backlog()).isZero();
  }

  @Test
  void whereNobodyWatchesNoChangeWaits() {
    put("a", "b", "c");

    assertThat(inbox).containsExactly(new WatchInput.Skipped(4));
    assertThat(feed.backlog()).isZero();
  }

  private void put(String... keys) {
    List<Committed> batch = new ArrayList<>();
    for (String key : keys) {
      Command put = Command.Put.of(Bytes.utf8(key), Bytes.utf8("v"));
      batch.add(new Committed(new EntryId(1, ++index), CommandCodec.encode(put)));
    }
    List<KvResult> results = kv.apply(batch);
    feed.applied(kv, results);
  }
}
