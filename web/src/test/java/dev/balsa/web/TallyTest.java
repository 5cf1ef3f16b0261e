package dev.balsa.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run has cost. */
class TallyTest {
  private static final NodeId SENDER = new NodeId(1);

  @Test
  void ofWhatIsSentTheBytesOfCommandsAreCountedEachTimeAndRaftsOwnWordsAreNot() {
    Bytes command = Bytes.utf8("12345");
    Entry noOp = new Entry(new EntryId(1, 1), new Payload.NoOp());
    Entry put = new Entry(new EntryId(1, 2), new Payload.Command(command));
    Tally tally = new Tally();

    tally.sent(new Message.Vote(SENDER, 1, EntryId.ZERO));
    tally.sent(new Message.Append(SENDER, 1, new LogSlice(EntryId.ZERO, List.of(noOp, put)), 0, 0));
    tally.sent(new Message.Forward(SENDER, 1, 1, List.of(command, command)));

    Json json = new Json().open();
    tally.write(json, 0);
    assertThat(json.close().toString()).contains("\"sent\":3,\"bytes\":15,");
  }
}
